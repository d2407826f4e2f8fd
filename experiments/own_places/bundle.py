"""A place as one file to keep, from which the command line makes the same numbers."""

import io
import tempfile
import zipfile
from pathlib import Path

from alliances.model.places.folder import write_place
from alliances.model.places.place import Place

FOLDER = "my-place"
README = """# {name}

{count} organisations, {ties} ties. Unpack this file; then, in the folder where `{folder}` lies:

    alliances place describe {folder}
    alliances compare baseline today --place {folder} --set-b connectors=2

Both use what lies here: `roster.csv` (organisations), `ties.csv`, `grants.csv` (money that runs
already) and `place.toml` (its name, and what was assumed). Names are as you gave them: this is
your data, keep it as such. Results show labels such as "charity 17" instead.
"""


def bundle(place: Place) -> bytes:
    """Return a ZIP file with a place, which `alliances ... --place` reads when it is unpacked."""
    packed = io.BytesIO()
    readme = README.format(
        name=place.name, count=place.organisations, ties=len(place.tie_a), folder=FOLDER
    )
    with tempfile.TemporaryDirectory(prefix="alliances-") as folder:
        where = write_place(place, Path(folder) / FOLDER)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
            contents = {path.name: path.read_bytes() for path in where.iterdir()}
            for name, content in sorted({**contents, "README.md": readme.encode()}.items()):
                # A fixed date: the same place makes the same file.
                info = zipfile.ZipInfo(f"{FOLDER}/{name}", date_time=(2000, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                file.writestr(info, content)
    return packed.getvalue()
