package org.lyceum.tests;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.FilteringTokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.ar.ArabicNormalizationFilter;
import org.apache.lucene.analysis.ar.ArabicStemFilter;
import org.apache.lucene.analysis.charfilter.MappingCharFilter;
import org.apache.lucene.analysis.charfilter.NormalizeCharMap;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.apache.lucene.analysis.core.DecimalDigitFilter;
import org.apache.lucene.analysis.core.KeywordTokenizer;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.email.UAX29URLEmailTokenizer;
import org.apache.lucene.analysis.en.EnglishMinimalStemFilter;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.KStemFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.es.SpanishLightStemFilter;
import org.apache.lucene.analysis.es.SpanishPluralStemFilter;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.fr.FrenchLightStemFilter;
import org.apache.lucene.analysis.fr.FrenchMinimalStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.LengthFilter;
import org.apache.lucene.analysis.miscellaneous.TruncateTokenFilter;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenFilter;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenizer;
import org.apache.lucene.analysis.ngram.NGramTokenFilter;
import org.apache.lucene.analysis.ngram.NGramTokenizer;
import org.apache.lucene.analysis.pattern.PatternCaptureGroupTokenFilter;
import org.apache.lucene.analysis.pattern.PatternReplaceFilter;
import org.apache.lucene.analysis.pt.PortugueseLightStemFilter;
import org.apache.lucene.analysis.pt.PortugueseMinimalStemFilter;
import org.apache.lucene.analysis.pt.PortugueseStemFilter;
import org.apache.lucene.analysis.ru.RussianLightStemFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;
import org.apache.lucene.analysis.util.ElisionFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.analysis.*;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;

/**
 * What the published test archive of Elasticsearch lacks of the official module `analysis-common`:
 * Lucene's own classes under the names, settings and defaults that the reference of Elasticsearch
 * gives them. Only what a portal's analyzers use; README.md tells what is left out.
 */
public class AnalysisCommon extends Plugin implements AnalysisPlugin {
    /** Makes a filter of what an index says about it. */
    private interface Maker {
        UnaryOperator<TokenStream> make(Environment environment, Settings settings);
    }

    private record Filter(String name, UnaryOperator<TokenStream> over) implements TokenFilterFactory {
        @Override
        public TokenStream create(TokenStream input) {
            return over.apply(input);
        }
    }

    /** A filter that a normalizer, too, may use: it gives one token for each. */
    private record NormalizingFilter(String name, UnaryOperator<TokenStream> over, UnaryOperator<TokenStream> alone)
        implements NormalizingTokenFilterFactory {
        @Override
        public TokenStream create(TokenStream input) {
            return over.apply(input);
        }

        @Override
        public TokenStream normalize(TokenStream input) {
            return alone.apply(input);
        }
    }

    private record Mapping(String name, NormalizeCharMap map) implements NormalizingCharFilterFactory {
        @Override
        public Reader create(Reader input) {
            return new MappingCharFilter(map, input);
        }
    }

    private static final Map<String, Maker> FILTERS = new HashMap<>();

    static {
        FILTERS.put("arabic_normalization", (environment, settings) -> ArabicNormalizationFilter::new);
        FILTERS.put("asciifolding", (environment, settings) -> {
            boolean original = settings.getAsBoolean("preserve_original", false);
            return input -> new ASCIIFoldingFilter(input, original);
        });
        FILTERS.put("cjk_bigram", (environment, settings) -> {
            int scripts = scripts(settings.getAsList("ignored_scripts"));
            boolean unigrams = settings.getAsBoolean("output_unigrams", false);
            return input -> new CJKBigramFilter(input, scripts, unigrams);
        });
        FILTERS.put("cjk_width", (environment, settings) -> CJKWidthFilter::new);
        FILTERS.put("decimal_digit", (environment, settings) -> DecimalDigitFilter::new);
        FILTERS.put("edge_ngram", (environment, settings) -> {
            Grams grams = Grams.of(settings);
            return input -> new EdgeNGramTokenFilter(input, grams.min, grams.max, grams.original);
        });
        FILTERS.put("elision", (environment, settings) -> {
            CharArraySet given = Analysis.parseArticles(environment, settings);
            CharArraySet articles = given == null ? FrenchAnalyzer.DEFAULT_ARTICLES : given;
            return input -> new ElisionFilter(input, articles);
        });
        FILTERS.put("length", (environment, settings) -> {
            int min = settings.getAsInt("min", 0), max = settings.getAsInt("max", Integer.MAX_VALUE);
            return input -> new LengthFilter(input, min, max);
        });
        FILTERS.put("ngram", (environment, settings) -> {
            Grams grams = Grams.of(settings);
            return input -> new NGramTokenFilter(input, grams.min, grams.max, grams.original);
        });
        FILTERS.put("pattern_capture", (environment, settings) -> {
            Pattern[] patterns = settings.getAsList("patterns").stream().map(Pattern::compile).toArray(Pattern[]::new);
            boolean original = settings.getAsBoolean("preserve_original", true);
            return input -> new PatternCaptureGroupTokenFilter(input, original, patterns);
        });
        FILTERS.put("pattern_replace", (environment, settings) -> {
            Pattern pattern = Pattern.compile(settings.get("pattern", ""));
            String replacement = settings.get("replacement", "");
            boolean all = settings.getAsBoolean("all", true);
            return input -> new PatternReplaceFilter(input, pattern, replacement, all);
        });
        FILTERS.put("snowball", (environment, settings) -> snowball(language(settings, "English")));
        FILTERS.put("stemmer", (environment, settings) -> stemmer(language(settings, "porter")));
        FILTERS.put("truncate", (environment, settings) -> {
            int length = settings.getAsInt("length", 10);
            return input -> new TruncateTokenFilter(input, length);
        });
        FILTERS.put("unique", (environment, settings) -> {
            boolean samePosition = settings.getAsBoolean("only_on_same_position", false);
            return input -> new Unique(input, samePosition);
        });
    }

    /** The filters that a normalizer accepts. */
    private static final Set<String> NORMALIZING =
        Set.of("asciifolding", "elision", "arabic_normalization", "decimal_digit", "cjk_width");

    private static String language(Settings settings, String otherwise) {
        return settings.get("language", settings.get("name", otherwise));
    }

    private static UnaryOperator<TokenStream> stemmer(String language) {
        return switch (language.toLowerCase(Locale.ROOT)) {
            case "arabic" -> ArabicStemFilter::new;
            case "english", "porter" -> PorterStemFilter::new;
            case "porter2" -> snowball("English");
            case "light_english", "kstem" -> KStemFilter::new;
            case "minimal_english" -> EnglishMinimalStemFilter::new;
            case "possessive_english" -> EnglishPossessiveFilter::new;
            case "french", "portuguese", "russian", "spanish" -> snowball(
                language.substring(0, 1).toUpperCase(Locale.ROOT) + language.substring(1)
            );
            case "light_french" -> FrenchLightStemFilter::new;
            case "minimal_french" -> FrenchMinimalStemFilter::new;
            case "light_portuguese" -> PortugueseLightStemFilter::new;
            case "minimal_portuguese" -> PortugueseMinimalStemFilter::new;
            case "portuguese_rslp" -> PortugueseStemFilter::new;
            case "light_russian" -> RussianLightStemFilter::new;
            case "light_spanish" -> SpanishLightStemFilter::new;
            case "spanish_plural" -> SpanishPluralStemFilter::new;
            default -> throw new IllegalArgumentException("The test server has no stemmer for " + language);
        };
    }

    private static UnaryOperator<TokenStream> snowball(String language) {
        return input -> new SnowballFilter(input, language);
    }

    private static int scripts(List<String> ignored) {
        Map<String, Integer> scripts = Map.of(
            "han", CJKBigramFilter.HAN, "hiragana", CJKBigramFilter.HIRAGANA,
            "katakana", CJKBigramFilter.KATAKANA, "hangul", CJKBigramFilter.HANGUL
        );
        return scripts.entrySet().stream().filter(script -> !ignored.contains(script.getKey()))
            .mapToInt(Map.Entry::getValue).sum();
    }

    /** How long the pieces of a word are, and whether the word itself is kept. */
    private record Grams(int min, int max, boolean original) {
        static Grams of(Settings settings) {
            return new Grams(
                settings.getAsInt("min_gram", 1), settings.getAsInt("max_gram", 2),
                settings.getAsBoolean("preserve_original", false)
            );
        }
    }

    /** Lets a word pass once: in the whole text, or among those that stand at the same position. */
    private static final class Unique extends FilteringTokenFilter {
        private final Set<String> seen = new HashSet<>();
        private final boolean samePosition;
        private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
        private final PositionIncrementAttribute position = addAttribute(PositionIncrementAttribute.class);

        Unique(TokenStream input, boolean samePosition) {
            super(input);
            this.samePosition = samePosition;
        }

        @Override
        protected boolean accept() {
            if (samePosition && position.getPositionIncrement() > 0) {
                seen.clear();
            }
            return seen.add(term.toString());
        }

        @Override
        public void reset() throws IOException {
            super.reset();
            seen.clear();
        }
    }

    private static Mapping mapping(String name, Settings settings) {
        NormalizeCharMap.Builder map = new NormalizeCharMap.Builder();
        for (String rule : settings.getAsList("mappings")) {
            int arrow = rule.indexOf("=>");
            if (arrow < 1 || rule.contains("\\")) {
                throw new IllegalArgumentException("The test server reads only literal characters: " + rule);
            }
            map.add(rule.substring(0, arrow).trim(), rule.substring(arrow + 2).trim());
        }
        return new Mapping(name, map.build());
    }

    @Override
    public Map<String, AnalysisProvider<CharFilterFactory>> getCharFilters() {
        return Map.of("mapping", (index, environment, name, settings) -> mapping(name, settings));
    }

    @Override
    public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
        Map<String, AnalysisProvider<TokenFilterFactory>> filters = new HashMap<>();
        FILTERS.forEach((type, maker) -> filters.put(type, (index, environment, name, settings) -> {
            UnaryOperator<TokenStream> over = maker.make(environment, settings);
            // One token for each: a normalizer never keeps the unfolded word beside the folded one.
            UnaryOperator<TokenStream> alone = type.equals("asciifolding") ? ASCIIFoldingFilter::new : over;
            return NORMALIZING.contains(type) ? new NormalizingFilter(name, over, alone) : new Filter(name, over);
        }));
        return filters;
    }

    /** The filters under their bare names, without settings. */
    @Override
    public List<PreConfiguredTokenFilter> getPreConfiguredTokenFilters() {
        List<PreConfiguredTokenFilter> filters = new ArrayList<>();
        FILTERS.forEach((name, maker) -> {
            if (!name.startsWith("pattern_")) { // mean nothing without patterns
                UnaryOperator<TokenStream> over = maker.make(null, Settings.EMPTY);
                filters.add(PreConfiguredTokenFilter.singleton(name, NORMALIZING.contains(name), over));
            }
        });
        return filters;
    }

    private static final Map<String, Function<Settings, Supplier<Tokenizer>>> TOKENIZERS = Map.of(
        "keyword", settings -> KeywordTokenizer::new,
        "whitespace", settings -> WhitespaceTokenizer::new,
        "uax_url_email", settings -> UAX29URLEmailTokenizer::new,
        "ngram", settings -> {
            Grams grams = Grams.of(settings);
            return () -> new NGramTokenizer(grams.min, grams.max);
        },
        "edge_ngram", settings -> {
            Grams grams = Grams.of(settings);
            return () -> new EdgeNGramTokenizer(grams.min, grams.max);
        }
    );

    @Override
    public Map<String, AnalysisProvider<TokenizerFactory>> getTokenizers() {
        Map<String, AnalysisProvider<TokenizerFactory>> tokenizers = new HashMap<>();
        TOKENIZERS.forEach((type, maker) -> tokenizers.put(
            type, (index, environment, name, settings) -> TokenizerFactory.newFactory(name, maker.apply(settings))
        ));
        return tokenizers;
    }

    @Override
    public List<PreConfiguredTokenizer> getPreConfiguredTokenizers() {
        List<PreConfiguredTokenizer> tokenizers = new ArrayList<>();
        TOKENIZERS.forEach((name, maker) -> tokenizers.add(
            PreConfiguredTokenizer.singleton(name, maker.apply(Settings.EMPTY))
        ));
        return tokenizers;
    }
}
