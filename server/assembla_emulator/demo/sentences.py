"""Sentences to fill the demo's pages and reports with, drawn from the seed by name."""

from assembla_emulator import deterministic

SENTENCES = [
    "The tide service answers from its own cache for six hours, then asks again.",
    "Berths are locked for ten minutes while somebody pays for them.",
    "If the crane feed is silent for longer than a quarter of an hour, an alarm is raised.",
    "Nobody restarts the gateway without saying so in the channel first.",
    "Skippers see prices with tax, harbour offices see them without.",
    "The nightly export begins at 02:10 and must be done before the ferries report.",
    "A failed payment is tried twice more, an hour apart, and then given to a person.",
    "Depths are in metres below chart datum, to one decimal.",
    "We tried a queue here and took it out again: it hid errors for days.",
    "Ports without a gauge take the nearest one that has one and say so.",
    "The old map tiles stay until the last tablet has been updated.",
    "Every change to the tariff needs two pairs of eyes and a date from which it holds.",
    "Logs are kept for thirty days, invoices for ten years.",
    "The test harbour has forty berths, of which three are always broken on purpose.",
    "Ask the harbour office before you write to their system, it is older than it looks.",
    "Push messages are grouped: nobody wants nine of them before breakfast.",
    "A boat longer than eighteen metres takes two berths on the inner pier.",
    "Numbers from the sensor are wrong in frost; the filter drops what cannot be.",
    "The answer is the same for the same day, so it may be cached by anybody.",
    "When in doubt the printed timetable is right.",
    "Deleting is marking: a row leaves for good with the yearly clean-up.",
    "The staging system is filled anew each Sunday, do not keep things there.",
    "Units are converted at the edge and nowhere else.",
    "This was measured in spring and again in autumn, with the same result.",
    "A new port needs a code, a time zone and at least one week of readings.",
    "The button is grey while there is no signal, and says since when.",
    "Rounding is done once, at the end, half away from zero.",
    "Fog and ice have their own warnings; wind has three levels.",
    "Support can see the last ten errors of a device, but no names.",
    "Whoever merges also watches the dashboard for the next half hour.",
]

TOPICS = (
    *("Berths", "Tides", "Tariffs", "Invoices", "Sensors", "Alarms", "Exports", "Maps", "Payments", "Offline data"),
    *("Weather feed", "Crane feed", "Accounts", "Search", "Translations", "Backups", "Monitoring", "Rollback"),
    *("Access", "Costs"),
)


def paragraph(seed: int, *names: object, sentences: int = 4) -> str:
    """So many sentences that follow each other in no order that matters."""
    start = deterministic.below(len(SENTENCES), seed, *names)
    step = 7 + 4 * deterministic.below(2, seed, "step", *names)  # coprime with their number: none comes twice in a row
    return " ".join(SENTENCES[(start + step * number) % len(SENTENCES)] for number in range(sentences))
