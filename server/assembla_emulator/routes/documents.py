"""Documents: endpoints 69 to 71. Their bytes come as they were put in, whatever type the row names."""

from urllib.parse import quote

from starlette.responses import Response

from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import FILES
from assembla_emulator.factories.documents import content_of, documents
from assembla_emulator.responses import Paged
from assembla_emulator.routes.queries.by_id import find_by_id
from assembla_emulator.routing import Call, Routes

routes = Routes(FILES)


@routes.get("/spaces/{space}/documents")
def list_documents(call: Call) -> Paged:
    """69. Attachments are among them."""
    return Paged(documents(call.database).where(space_id=call.space["id"]), per_page=25)


@routes.get("/spaces/{space}/documents/{document}")
def get_document(call: Call) -> Row:
    """70."""
    return find_by_id(documents(call.database).where(space_id=call.space["id"]), call.args["document"])


@routes.get("/spaces/{space}/documents/{document}/download")
def download(call: Call) -> Response:
    """71. Always `application/octet-stream`; the name is in Content-Disposition alone."""
    document = get_document(call)
    disposition = {"Content-Disposition": _attachment(document["filename"])}
    return Response(content_of(document), headers=disposition, media_type="application/octet-stream")


def _attachment(filename: str) -> str:
    """The header's value; what ASCII lacks goes into the encoded form of RFC 6266."""
    plain = "".join(letter if " " <= letter <= "~" and letter not in '"\\' else "_" for letter in filename)
    encoded = "" if plain == filename else f"; filename*=UTF-8''{quote(filename, safe='')}"
    return f'attachment; filename="{plain}"{encoded}'
