"""Adding and replacing a document in the place of the admin where its page or call shows it."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.documents.fields import WagtailDocumentField
from wagtail.models import Collection
from wagtail.permissions import policy_registry

from core.media.models import PortalDocument


class DocumentInPlaceForm(forms.Form):
    """Takes a file as a new document. A subclass says in `save()` where it is shown, and knows its name in the grid.

    language: of the document. earlier: the document that it replaces; its licence and its collection are kept.
    """

    title = forms.CharField(label=gettext_lazy("Title"), max_length=255)
    file = WagtailDocumentField(label=gettext_lazy("File"), required=False)

    remove_label: str | Promise = ""
    """The words of the button that removes; "" where nothing can be removed."""

    def __init__(self, *args, language: str, earlier: PortalDocument | None, user, **kwargs):
        self.language, self.earlier, self.user = language, earlier, user
        super().__init__(*args, **kwargs)
        self.document: PortalDocument | None = None
        """The new document, which is not saved yet; None if no valid file was sent."""
        self.fields["file"].required = earlier is None

    @property
    def name(self) -> str:
        """What finds this form again: the value of `?document=` and of the field `document`."""
        raise NotImplementedError

    @property
    def heading(self) -> str:
        """What the form is for."""
        raise NotImplementedError

    def document_title(self, data: dict) -> str:
        """The title that the new document gets; "" while it has none."""
        return data.get("title", "")

    def clean(self):
        data = super().clean()
        if data.get("file") and (title := self.document_title(data)):
            self._clean_file(data["file"], title)
        return data

    def _clean_file(self, file, title: str) -> None:
        """Check and clean the file as Wagtail's own form does; its errors are those of the field."""
        document = PortalDocument(
            title=title,
            file=file,
            language=self.language,
            licence=self.earlier.licence if self.earlier else PortalDocument._meta.get_field("licence").default,
            collection=self._collection(),
            uploaded_by_user=self.user,
        )
        try:
            document.full_clean(exclude=["file_size", "file_hash", "tags"])
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                for text in texts:
                    self.add_error(name if name in self.fields else "file", text)
            return
        self.document = document

    def _collection(self) -> Collection:
        """Where a new file lies: beside the one that it replaces, if the person may add there; else at the top."""
        policy = policy_registry.get_by_type(PortalDocument)
        allowed = policy.collections_user_has_permission_for(self.user, "add")
        if self.earlier is not None and (beside := allowed.filter(pk=self.earlier.collection_id).first()):
            return beside
        root = Collection.get_first_root_node()
        return allowed.filter(pk=root.pk).first() or allowed.first() or root

    def stored(self) -> PortalDocument:
        """The document to show: the new one, which is saved by this, or the earlier one if no file was sent."""
        if self.document is not None:
            self.document.save()
        found = self.document or self.earlier
        assert found is not None  # noqa: S101  # the form is valid
        return found

    def save(self) -> str:
        """Store the document and show it; returns the sentence about what readers see now."""
        raise NotImplementedError

    def remove(self) -> str:
        """Show the document no longer; returns the sentence about it. The file stays among the documents.

        Raises ValidationError if it is not possible now.
        """
        raise NotImplementedError


def answer_document(request: HttpRequest, form: DocumentInPlaceForm | None, grid_url: str) -> HttpResponse | None:
    """Do what a sent form says, and redirect to the grid; None if the form has errors, to be shown on the screen again.

    Raises Http404 for no form: a document or place that is not there.
    """
    if form is None:
        raise Http404
    if "remove" in request.POST and form.remove_label:
        try:
            messages.success(request, form.remove())
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    elif form.is_valid():
        messages.success(request, form.save())
    else:
        messages.error(request, _("The document has not been saved. What to change is shown beside the fields."))
        return None
    return redirect(f"{grid_url}#documents")
