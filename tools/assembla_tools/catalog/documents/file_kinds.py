"""What a file is: guessed from its name and type before it is loaded, and known from its bytes after."""

import codecs
import re
from typing import Literal

Guess = Literal["text", "image", "unknown", "other"]

_TEXT_TYPES = re.compile(
    r"text/.*|image/svg\+xml|message/rfc822|(application|x-\w+)/(.*\+)?(x-)?"
    r"(json|xml|yaml|toml|javascript|ecmascript|typescript|sql|sh|shellscript|ruby|python|perl|php|csh|tcl|tex|latex|diff"
    r"|patch|graphql|ndjson|httpd-php|www-form-urlencoded|rtf|csv|log|subrip)",
    re.IGNORECASE,
)
_UNKNOWN_TYPES = frozenset({"", "application/octet-stream", "application/x-octet-stream", "binary/octet-stream"})
_IMAGE_TYPES = frozenset(
    {"image/png", "image/x-png", "image/jpeg", "image/jpg", "image/pjpeg", "image/gif", "image/webp"}
)
_IMAGE_ENDINGS = re.compile(r"png|jpe?g|gif|webp")
_TEXT_ENDINGS = re.compile(
    r"txt|md|markdown|rst|textile|adoc|log|csv|tsv|json|jsonl|xml|xsd|xsl|svg|html|htm|css|scss|less|js|mjs|ts"
    r"|tsx|jsx|vue|py|rb|pl|php|java|kt|kts|scala|groovy|gradle|c|h|cc|cpp|hpp|cs|m|mm|swift|go|rs|lua|r|jl|ex"
    r"|exs|erl|hs|clj|sql|sh|bash|zsh|bat|cmd|ps1|yml|yaml|toml|ini|cfg|conf|properties|env|diff|patch|tex|bib"
    r"|srt|vtt|ics|vcf|eml|po|tf|proto|graphql|plist|http"
)
_OTHER_ENDINGS = re.compile(
    r"zip|gz|tgz|bz2|xz|7z|rar|tar|jar|war|apk|ipa|exe|dll|so|dylib|bin|iso|dmg|msi|deb|rpm|pdf|doc|docx|xls"
    r"|xlsx|ppt|pptx|odt|ods|odp|psd|ai|sketch|fig|mp3|mp4|mov|avi|mkv|wav|ogg|flac|webm|bmp|tif|tiff|ico|heic"
    r"|ttf|otf|woff|woff2|sqlite|db|class|pyc|dump|pcap"
)
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL = re.compile(rb"[\x01-\x06\x0e-\x1a\x1c-\x1f\x7f]")
_CONTROL_SHARE = 0.02


def guess(filename: str, content_type: str | None) -> Guess:
    """What the file should be, by its type, or by the end of its name where the type says nothing."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    ending = filename.lower().rpartition(".")[2]
    if kind in _IMAGE_TYPES:
        return "image"
    if _TEXT_TYPES.fullmatch(kind):
        return "text"
    if kind not in _UNKNOWN_TYPES:
        return "other"
    if _IMAGE_ENDINGS.fullmatch(ending):
        return "image"
    if _TEXT_ENDINGS.fullmatch(ending):
        return "text"
    return "other" if _OTHER_ENDINGS.fullmatch(ending) else "unknown"


def image_type(content: bytes) -> str | None:
    """The type of a picture that models can be shown, by its first bytes."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for signature, kind in _SIGNATURES if content.startswith(signature)), None)


def decoded(content: bytes) -> tuple[str, str] | None:
    """The text and its charset: by its mark, else UTF-8, else Latin-1. None for what is no text, whatever it says."""
    for mark, charset in _BOMS:
        if content.startswith(mark):
            return content.decode(charset, errors="replace"), charset.removesuffix("-sig")
    if b"\x00" in content or len(_CONTROL.findall(content)) > _CONTROL_SHARE * len(content):
        return None
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("latin-1"), "latin-1"
