"""Invented children, and what goes wrong when one is described twice: kinds of slip, apart from the matcher."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from engine.likeness.children import Described

GIVEN = (
    "Ruby", "Yusuf", "Amina", "Oliver", "Charlotte", "Elizabeth", "William", "Thomas", "Katherine", "Samuel",
    "Alexander", "Isabella", "Benjamin", "Daniel", "Sophie", "Jessica", "Matthew", "Joseph", "Christopher",
    "Rebecca", "Victoria", "Jacob", "Grace", "Harvey", "Finley", "Niamh", "Callum", "Rhys", "Megan", "Fatima",
    "Khadija", "Ibrahim", "Mustafa", "Zainab", "Hassan", "Agnieszka", "Katarzyna", "Wojciech", "Zofia", "Kacper",
    "Olena", "Dmytro", "Bohdan", "Oluwaseun", "Chinedu", "Adaeze", "Kwabena", "Gurpreet", "Simran", "Arjun",
    "Priya", "Thanh", "Xiaoming", "Meiling", "Marcus", "Tyrone", "Leticia", "Tomasz", "Jerome", "Shanelle",
    "Courtney", "Bradley", "Poppy", "Florence", "Arthur", "Theodore", "Jayden", "Kian", "Maisie", "Skye", "Esme",
    "Zachary", "Delroy",
)  # fmt: skip
FAMILY = (
    "Smith", "Jones", "Hallam", "O’Brien", "Nguyen", "Kowalski", "Wiśniewska", "Hussain", "Khan", "Begum", "Okafor",
    "Adeyemi", "Mensah", "Singh", "Kaur", "Patel", "McDonald", "Fitzgerald", "Thompson", "Whitehead", "Robertson",
    "Pearce", "Llewellyn", "Shevchenko", "Kovalchuk", "Popescu", "Silva", "Zhang", "Wang", "Abdullah", "Mohamed",
    "Osei", "Campbell", "Gallagher", "Bartholomew", "Stevenson", "Hargreaves", "Lovelace", "Dąbrowski",
    "Szczepański", "Ferreira",
)  # fmt: skip
MIDDLE = ["Jane", "Lee", "Marie", "Rose", "James", "Grace", "Paul", "Anne", "David", "May", "Skye", "Noah"]
STREETS = (
    "Quay Street", "Mill Lane", "Station Road", "Victoria Avenue", "Church Close", "Alder Grove", "Harbour Way",
    "Kingfisher Drive", "Nelson Terrace", "Primrose Gardens", "Cathedral View", "Bishop Court", "Wellington Place",
    "Hawthorn Crescent",
)  # fmt: skip

Slip = Callable[[random.Random, Described], Described]


def person(chance: random.Random, given_name: str = "", family_name: str = "") -> Described:
    born = date(2008, 1, 1) + timedelta(days=chance.randrange(6400))
    address = f"{chance.randint(1, 180)} {chance.choice(STREETS)}, Ardenmoor {postcode(chance)}"
    given, family = given_name or chance.choice(GIVEN), family_name or chance.choice(FAMILY)
    return Described(given, family, born, address=address)


def postcode(chance: random.Random) -> str:
    return f"AR{chance.randint(1, 20)} {chance.randint(1, 9)}{chance.choice('ABDEFGH')}{chance.choice('ABDEFGH')}"


def given_name(change: Callable[[random.Random, str], str]) -> Slip:
    return lambda chance, one: replace(one, given_name=change(chance, one.given_name))


def family_name(change: Callable[[random.Random, str], str]) -> Slip:
    return lambda chance, one: replace(one, family_name=change(chance, one.family_name))


def born(change: Callable[[random.Random, date], date | None]) -> Slip:
    return lambda chance, one: replace(one, born=change(chance, one.born) if one.born else None)


def keyboard(chance: random.Random, word: str) -> str:
    near = {
        "a": "s",
        "s": "a",
        "e": "r",
        "r": "t",
        "t": "y",
        "i": "u",
        "o": "p",
        "n": "m",
        "m": "n",
        "l": "k",
        "d": "f",
    }
    at = chance.randrange(len(word))
    return word[:at] + near.get(word[at].lower(), "e") + word[at + 1 :]


def dropped(chance: random.Random, word: str) -> str:
    at = chance.randrange(1, len(word)) if len(word) > 3 else len(word)
    return word[:at] + word[at + 1 :]


def doubled(chance: random.Random, word: str) -> str:
    at = chance.randrange(len(word))
    return word[:at] + word[at] + word[at:]


def exchanged(chance: random.Random, word: str) -> str:
    at = chance.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def scanned(_chance: random.Random, word: str) -> str:
    for read, seen in (("m", "rn"), ("l", "1"), ("o", "0"), ("i", "l"), ("s", "5")):
        if read in word[1:]:
            return word[0] + word[1:].replace(read, seen, 1)
    return word


def digit(chance: random.Random, day: date) -> date:
    """One digit off, in the day, the month or the year."""
    tries: list[date] = []
    text = day.isoformat()
    for at in (3, 6, 8, 9):
        for other in "0123456789":
            try:
                tries.append(date.fromisoformat(text[:at] + other + text[at + 1 :]))
            except ValueError:
                continue
    return chance.choice([one for one in tries if one != day])


def day_and_month(_chance: random.Random, day: date) -> date:
    return date(day.year, day.day, day.month) if day.day <= 12 else day


def years(by: int) -> Callable[[random.Random, date], date]:
    return lambda _chance, day: day.replace(year=day.year + by, day=28 if (day.month, day.day) == (2, 29) else day.day)


def moved(chance: random.Random, one: Described) -> Described:
    return replace(one, address=f"{chance.randint(1, 180)} {chance.choice(STREETS)}, Ardenmoor {postcode(chance)}")


def nothing(_chance: random.Random, one: Described) -> Described:
    return one


def short_address(_chance: random.Random, one: Described) -> Described:
    return replace(one, address=one.address.split(",", maxsplit=1)[0].replace("Street", "St").replace("Road", "Rd"))


def only_postcode(_chance: random.Random, one: Described) -> Described:
    return replace(one, address=" ".join(one.address.split()[-2:]))


def swapped_names(_chance: random.Random, one: Described) -> Described:
    return replace(one, given_name=one.family_name, family_name=one.given_name)


def forms_of(*forms: str) -> Slip:
    """Both descriptions have one of the forms: the first is given by `known_as`."""
    return given_name(lambda chance, _name: chance.choice(forms))


SLIPS: dict[str, Slip] = {
    "nothing": nothing,
    "initial for the first name": given_name(lambda _, name: name[0]),
    "initial with a point": given_name(lambda _, name: f"{name[0]}."),
    "a middle name more": given_name(lambda chance, name: f"{name} {chance.choice(MIDDLE)}"),
    "a second family name more": family_name(lambda chance, name: f"{name}-{chance.choice(FAMILY)}"),
    "a second family name before": family_name(lambda chance, name: f"{chance.choice(FAMILY)} {name}"),
    "another family name": family_name(lambda chance, _: chance.choice(FAMILY)),
    "first and last name exchanged": swapped_names,
    "day and month exchanged": born(day_and_month),
    "a digit of the birth date": born(digit),
    "a year later": born(years(1)),
    "a year earlier": born(years(-1)),
    "ten years earlier": born(years(-10)),
    "first of January": born(lambda _, day: date(day.year, 1, 1)),
    "birth date not known": born(lambda _, _day: None),
    "keyboard slip in the first name": given_name(keyboard),
    "keyboard slip in the last name": family_name(keyboard),
    "letter left out of the first name": given_name(dropped),
    "letter left out of the last name": family_name(dropped),
    "letter doubled": given_name(doubled),
    "letters exchanged": given_name(exchanged),
    "letters exchanged in the last name": family_name(exchanged),
    "scanned": given_name(scanned),
    "scanned last name": family_name(scanned),
    "capitals": lambda _, one: replace(one, given_name=one.given_name.upper(), family_name=one.family_name.upper()),
    "other apostrophe": family_name(lambda chance, name: name.replace("’", chance.choice("'`´ʼ ‘"))),
    "moved": moved,
    "short address": short_address,
    "postcode alone": only_postcode,
    "no address": lambda _, one: replace(one, address=""),
}

SPELLINGS = (
    "Sean Shaun Shawn", "Mohammed Muhammad Mohamed Mohd محمد", "Catherine Kathryn Katherine Cathryn Kate Katie",
    "Elizabeth Liz Lizzie Beth Elisabeth", "Alexander Alex Aleksander Олександр", "Yusuf Youssef Yousuf يوسف",
    "Zoe Zoë Zoey", "Layla Leila Laila ليلى", "Ahmed Ahmad أحمد", "Stephen Steven Steve", "Jonathan Jon Johnathan",
    "Sofia Sophia Zofia Софія", "Olena Олена Elena", "Hussein Hussain حسين", "Fatima Fatimah Fatema فاطمة",
    "William Bill Will Billy", "Michael Mike Michal Mick", "Xiaoming 小明", "Aisha Ayesha Aishah",
    "Isobel Isabel Isabelle",
    "Nikolas Nicholas Nick", "Wojciech Wojtek", "Katarzyna Kasia", "Gurpreet Gurprit", "Ibrahim Ebrahim ابراهيم",
)  # fmt: skip
WHOLE = (
    (("Mai", "Nguyễn"), ("Nguyen", "Mai")), (("Thị Mai", "Nguyễn"), ("Mai", "Nguyen")),
    (("Nguyễn Thị", "Mai"), ("Mai", "Nguyen")), (("Xiaoming", "Wang"), ("Wang", "Xiao Ming")),
    (("小明", "王"), ("Xiaoming", "Wang")), (("王", "小明"), ("Xiao-Ming", "Wang")), (("Li", "Na"), ("娜", "李")),
    (("Zoë-Mae", "O’Brien-Nguyễn"), ("Zoe Mae", "O'Brien Nguyen")), (("ليلى", "الأحمد"), ("Layla", "Al-Ahmad")),
    (("ليلى", "الأحمد"), ("Leila", "Ahmed")), (("محمد", "حسين"), ("Mohammed", "Hussain")),
    (("Ольга", "Ковальчук"), ("Olga", "Kovalchuk")), (("Дмитро", "Шевченко"), ("Dmytro", "Shevchenko")),
    (("Łukasz", "Wójcik"), ("Lukasz", "Wojcik")), (("Agnieszka", "Kowalska"), ("Agnieszka", "Kowalski")),
    (("Abdul Rahman", "Khan"), ("Abdulrahman", "Khan")), (("عبد الرحمن", "خان"), ("Abdul Rahman", "Khan")),
    (("Anne-Marie", "St. John"), ("Annemarie", "Saint John")), (("Seán", "Mac Donald"), ("Sean", "McDonald")),
    (("Mary Jane", "Hallam"), ("Jane", "Hallam")), (("Jürgen", "Müller"), ("Jurgen", "Mueller")),
    (("Ruby", "Hallam-Price"), ("Ruby", "Price")), (("Ruby", "Hallam"), ("Hallam", "Ruby")),
    (("Юлия", "Иванова"), ("Julia", "Ivanova")), (("Иван", "Петров"), ("Ivan", "Petrov")),
)  # fmt: skip


def true_pairs(seed: int, each: int) -> list[tuple[str, Described, Described]]:
    """Kind of slip, and the two descriptions of one child; half of them moved or have a second slip of the address."""
    chance = random.Random(seed)  # noqa: S311 (tries, not secrets)
    found = [
        (kind, one, _elsewhere(chance, kind, slip(chance, one)))
        for kind, slip in SLIPS.items()
        for one in (person(chance) for _ in range(each))
    ]
    for forms in SPELLINGS:
        for _ in range(max(1, each // 4)):
            first, second = chance.sample(forms.split(), 2)
            one = person(chance, given_name=first)
            found.append((forms, one, _elsewhere(chance, forms, replace(one, given_name=second))))
    for (given, family), (other_given, other_family) in WHOLE:
        one = person(chance, given_name=given, family_name=family)
        other = replace(one, given_name=other_given, family_name=other_family)
        found.append((f"{given} {family}", one, _elsewhere(chance, "", other)))
    return found


def _elsewhere(chance: random.Random, kind: str, one: Described) -> Described:
    """Whose birth date is not known or whose family name is another is known by the address alone."""
    if kind in ("birth date not known", "another family name", "initial for the first name") or chance.random() < 0.6:
        return one
    return chance.choice((short_address, only_postcode, moved))(chance, one)


def two_slips(seed: int, count: int) -> list[tuple[str, Described, Described]]:
    """One in the name and one in the birth date, at the same address."""
    chance = random.Random(seed)  # noqa: S311 (tries, not secrets)
    names = [kind for kind in SLIPS if "name" in kind or "letter" in kind or "scanned" in kind]
    dates = [kind for kind in SLIPS if "birth" in kind or "year" in kind or "month" in kind]
    found: list[tuple[str, Described, Described]] = []
    for _ in range(count):
        name, day, one = chance.choice(names), chance.choice(dates), person(chance)
        found.append((f"{name}, {day}", one, SLIPS[day](chance, SLIPS[name](chance, one))))
    return found


def strangers(seed: int, count: int) -> list[tuple[Described, Described]]:
    """Two children of one family name who have nothing else to do with each other."""
    chance = random.Random(seed)  # noqa: S311 (tries, not secrets)
    pairs: list[tuple[Described, Described]] = []
    for _ in range(count):
        one = person(chance)
        pairs.append((one, person(chance, family_name=one.family_name)))
    return pairs


def twins(seed: int, count: int) -> list[tuple[Described, Described]]:
    """The same birth date, address and family name, and another first name."""
    chance = random.Random(seed)  # noqa: S311 (tries, not secrets)
    pairs: list[tuple[Described, Described]] = []
    for _ in range(count):
        one = person(chance)
        other = chance.choice([name for name in GIVEN if name != one.given_name])
        pairs.append((one, replace(one, given_name=other)))
    return pairs


LIKE_NAMED_TWINS = (
    ("Jayden", "Kayden"), ("Amir", "Amira"), ("Mohammed Ali", "Mohammed Yusuf"), ("Jack", "Jake"),
    ("Daniel", "Daniela"),
    ("Mia", "Maya"), ("Hassan", "Hussain"), ("Zara", "Sara"), ("Thị Mai", "Thị Lan"), ("Mary Ann", "Mary Jane"),
    ("Xiaoming", "Xiaohua"), ("Lily", "Lila"), ("Aiden", "Jayden"), ("Ella", "Emma"), ("Harry", "Harvey"),
)  # fmt: skip
