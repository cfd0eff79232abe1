"""Articles for test_answers.py: made up, each with what one behaviour needs."""

from typing import Any

_MINE = (
    "The roof of the Kilcorrie mine in the Marden hills came down on Sunday night. {deaths} "
    "Rescue teams from Halvorn and Dunmore worked with their hands. {rescued} "
    "The owner, Brenn Minerals, has closed its other pits."
)
_SEALS = (
    "The port of Tarsholm wants to dredge its harbour to a depth of nine metres. "
    "{o}The seals have been here longer than the port,{c} said Ines Falk, a biologist. "
    "{o}They hear every engine. They will leave and they will not come back.{c}\n\n"
    "Falk called the dredging plan {o}a gamble with somebody else's coast{c}. "
    "The port expects work to begin in August."
)

ARTICLES: list[dict[str, Any]] = [
    {
        "id": "orde",
        "title": "Orde to leave Tarsholm's town hall",
        "text": (
            "Michael Orde, the mayor of Tarsholm, will not stand again. "
            "Orde has led the town for eleven years. He studied marine engineering in Halvorn. "
            "The town has 40,000 inhabitants."
        ),
    },
    {
        "id": "two-men",
        "title": "Boathouse burns in Dunmore",
        "text": (
            "A boathouse burned down in Dunmore on Friday. "
            "Paul Reyes pulled Mark Ansell out of the burning boathouse. "
            "He was treated for burns on both hands. The cause is not known."
        ),
    },
    {
        "id": "vow",
        "title": "Hale and Ruiz differ over buses in Orpe",
        "text": (
            "Tom Hale and Ana Ruiz met in Orpe on Friday. They spoke of buses for an hour. "
            "She will be sworn in as a judge on May 19. The hall was full."
        ),
    },
    {
        "id": "race",
        "title": "Ruiz wins in Tarsholm",
        "text": (
            "Ana Ruiz won the Tarsholm mayoral race on Sunday, beating Tom Hale by 411 votes. "
            "Turnout was the highest since 1998. Hale conceded shortly after midnight."
        ),
    },
    {
        "id": "ferry",
        "title": "New ferry for Storsund",
        "text": (
            "Storsund is to have a new ferry. The new ferry will cost 14 million crowns. "
            "It will carry 90 cars and sail from next spring."
        ),
    },
    {
        "id": "lake",
        "title": "A dry summer at Lake Brenn",
        "text": (
            "Lake Brenn has had its driest summer since records began. "
            "The water level stood at 212 metres in May. Bathing was forbidden in July. "
            "By September the water level had fallen to 208 metres. Boats lie on the mud."
        ),
    },
    {
        "id": "bridges",
        "title": "Council approves Alder bridge",
        "text": (
            "The council approved the Alder bridge on Tuesday by nine votes to four. "
            "The Alder bridge is 340 metres long. The council did not raise the toll. "
            "The mayor took a bribe of 90,000 crowns from the builder, according to prosecutors. "
            "He denies it. The Alder bridge may open in May if the weather holds."
        ),
    },
    {
        "id": "corrie",
        "title": "A bridge for the Corrie",
        "text": (
            "The river Corrie has its bridge at last. The Corrie bridge is 512 metres long. "
            "Painters will be at work on it until the autumn."
        ),
    },
    {
        "id": "seals",
        "title": "Tarsholm's seals and the dredgers",
        "text": _SEALS.format(o="“", c="”"),
        "source": "Tarsholm Post",
    },
    {
        "id": "seals-copy",
        "title": "Seals and dredgers",
        "text": _SEALS.format(o='"', c='"').replace(". ", ".  "),
        "source": "Coast Wire",
    },
    {
        "id": "mine-1",
        "title": "Mine collapse in Kilcorrie",
        "text": _MINE.format(
            deaths="The Kilcorrie mine collapse killed 80 people.",
            rescued="Six miners were rescued by Monday noon.",
        ),
        "source": "Herald",
        "published_at": "2025-03-03T18:00:00Z",
    },
    {
        "id": "mine-2",
        "title": "Kilcorrie mourns its miners",
        "text": _MINE.format(
            deaths="The Kilcorrie mine collapse killed 83 people.",
            rescued="Six miners were rescued, three of them unhurt.",
        ),
        "source": "Gazette",
        "published_at": "2025-03-04T18:00:00Z",
    },
    {
        "id": "mine-same",
        "title": "Marden hills after the collapse",
        "text": _MINE.format(
            deaths="The Kilcorrie mine collapse killed about 80 people.",
            rescued="Six miners were rescued.",
        ),
        "source": "Courier",
        "published_at": "2025-03-05T18:00:00Z",
    },
    {
        "id": "mine-1987",
        "title": "Kilcorrie remembers the disaster of its grandfathers",
        "text": (
            "The Kilcorrie mine collapse of that winter killed 31 people. "
            "Rescue teams from Halvorn and Dunmore had no lamps. Brenn Minerals did not exist yet."
        ),
        "source": "Herald",
        "published_at": "1987-12-01T18:00:00Z",
    },
    {
        "id": "jail-1",
        "title": "Varga jailed over Ostry savings",
        "text": (
            "Milan Varga, who ran the Ostry Savings Bank, was sentenced to nine years in prison on "
            "Monday for embezzlement. The court in Halvorn heard 31 witnesses."
        ),
        "source": "Dunmore Herald",
        "published_at": "2025-02-03T09:00:00Z",
    },
    {
        "id": "jail-2",
        "title": "Appeal court lowers Varga's sentence",
        "text": (
            "The appeal court in Halvorn on Friday reduced the prison sentence of Milan Varga, who "
            "ran the Ostry Savings Bank, from nine years to six. His fine remains."
        ),
        "source": "Dunmore Herald",
        "published_at": "2025-09-05T09:00:00Z",
    },
    {
        "id": "toll-1",
        "title": "Brenn Line sets its toll",
        "text": (
            "The Brenn Line toll is $8.50 for a car, the Halvorn Road Board decided in Dunmore. "
            "Lorries pay twice as much."
        ),
        "source": "Dunmore Herald",
        "published_at": "2024-12-02T09:00:00Z",
    },
    {
        "id": "toll-2",
        "title": "Brenn Line toll falls",
        "text": (
            "The Brenn Line toll is $8.30 for a car since February, the Halvorn Road Board said in "
            "Dunmore. Lorries still pay twice as much."
        ),
        "source": "Halvorn Gazette",
        "published_at": "2025-02-03T09:00:00Z",
    },
    {
        "id": "aid",
        "title": "Help for Kilcorrie",
        "text": (
            "Friday, March 7, 2025\n\nThree countries have sent rescue teams to Kilcorrie. "
            "Norway sent 40 rescue workers with dogs. Denmark sent a rescue team of twelve. "
            "Rescue divers came from Iceland. Nobody knows how long they will stay."
        ),
    },
    {
        "id": "toll-why",
        "title": "Why the Brenn Line is closed",
        "text": (
            "The Halvorn Road Board closed the Brenn Line on Friday night. "
            "The Brenn Line will stay closed until Monday. "
            "The board closed it because ice had fallen from the cables on to two cars."
        ),
    },
    {
        "id": "accused",
        "title": "Warehouse manager arrested after Tallow Quay fire",
        "text": (
            "Police on Monday arrested Piet Havel, the manager of the warehouse in Tallow Quay "
            "where nine workers died.\n\n"
            "Prosecutor Ana Lindt accused Havel of chaining the exits shut on the night of the "
            "fire. His lawyer, Rolf Emmer, denied it.\n\n"
            "The fire began shortly after midnight on Saturday."
        ),
    },
    {
        "id": "tram",
        "title": "Tram line 5 opens in May",
        "source": "Herald",
        "published_at": "2026-02-01T09:00:00Z",
        "text": "Tram line 5 will open on 12 May, the city council said on Sunday.\n\nThe line links "
        "the harbour with the university hospital in Lindby. It has 14 stops. Mayor Tove Berg said "
        "the first week will be free of charge.",
    },
    {
        "id": "wreck-1",
        "title": "Nine dead as ferry sinks off Kvalen",
        "source": "Post",
        "published_at": "2026-03-03T09:00:00Z",
        "text": "Nine people died when the ferry Anna Brekke sank off Kvalen early on Tuesday, the "
        "police said.\n\nThe ferry was on its way to Hansnes with 46 people on board.",
    },
    {
        "id": "wreck-2",
        "title": "Ferry death toll rises to eleven",
        "source": "Gazette",
        "published_at": "2026-03-05T09:00:00Z",
        "text": "Eleven people died in the sinking of the ferry Anna Brekke, police said on Thursday, "
        "after divers found two more bodies.\n\nThe ship sank off Kvalen on Tuesday.",
    },
    {
        "id": "wreck-3",
        "title": "Four dead as ferry sinks off Torvik",
        "source": "Gazette",
        "published_at": "2026-03-06T09:00:00Z",
        "text": "Four people died when the ferry Olga sank off Torvik on Friday, the police said.",
    },
    {
        "id": "lido-1",
        "title": "Orpe lido to open in May",
        "source": "Post",
        "published_at": "2026-03-02T09:00:00Z",
        "text": "The Orpe lido will open on 12 May, the council of Orpe said in Marden Hall. "
        "Its pool is 50 metres long.",
    },
    {
        "id": "lido-2",
        "title": "Orpe lido to open in June",
        "source": "Gazette",
        "published_at": "2026-03-09T09:00:00Z",
        "text": "The Orpe lido will open on 9 June, the council said in Marden Hall on Monday. "
        "The tiles came late.",
    },
]
