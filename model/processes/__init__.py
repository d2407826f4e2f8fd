"""The processes of the month, one file each, and rules that they share.

All files are loaded together, so that what each declares is known: see
`alliances.model.kernel.process`.
"""

import importlib
import pkgutil

for _file in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_file.name}")
