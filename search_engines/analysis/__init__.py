"""Text analysis for both engines: from text to the terms that an index holds. In Python, so that both agree."""
