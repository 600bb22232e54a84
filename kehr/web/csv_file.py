"""Lists as files that Excel opens as they are: UTF-8 with its mark, semicolons, no formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from werkzeug.wrappers import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_answer(name: str, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The file `name` for saving. What a table program would run as a formula gets an apostrophe before it;
    phone numbers keep their plus, because they are numbers and nothing else.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(heading)
    writer.writerows([_plain(str(value)) for value in row] for row in rows)
    answer = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _plain(value: str) -> str:
    is_number = value.startswith("+") and value[1:].replace(" ", "").isdigit()
    return f"'{value}" if value.startswith(_FORMULA) and not is_number else value
