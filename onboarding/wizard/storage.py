"""The wizard's storage, which stores nothing."""

from formtools.wizard.storage.base import BaseStorage


class NothingStored(BaseStorage):  # type: ignore[misc]  # formtools ships no types
    """The step comes from the URL, the answers from the models; the session holds only the sign-in.

    formtools' own storages keep the raw POST in the session, passwords included, keep uploads under the
    customer's file name, and let two tabs share one state.
    """

    def __init__(self, prefix: str, request: object = None, file_storage: None = None) -> None:
        super().__init__(prefix, request, file_storage)
        self.init_data()

    def set_step_data(self, step: str, cleaned_data: object) -> None:
        """Answers are saved to their rows, not here."""

    def set_step_files(self, step: str, files: object) -> None:
        """Files go to their rows, too."""
