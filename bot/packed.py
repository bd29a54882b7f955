"""What is raised by opening packed files (.docx, .xlsx) that are damaged, whoever damaged them."""

import zipfile
import zlib
from typing import Final

DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError),  # OSError: a directory that points out of the file
    *(NotImplementedError, RuntimeError),  # an unknown or encrypted packing
    *(KeyError, ValueError),  # a part that is not there, or no number where one belongs
)
