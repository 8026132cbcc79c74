"""From an entry of the knowledge base to a log that shows what it states: what grows, where, how
fast, on which machine and when, and what a user could tell perfleak beside the log."""

import dataclasses
import math
import random
import re

GROWTH_TYPES = ("leak", "accumulation", "attack", "fragmentation")
BENIGN_TYPES = ("by-design", "cache-growth")

PROCESS_COUNTERS = {
    "private-bytes": "private bytes", "page-file-bytes": "page file bytes",
    "virtual-bytes": "virtual bytes", "working-set": "working set", "handles": "handle count",
    "threads": "thread count", "paged-pool": "pool paged bytes",
    "nonpaged-pool": "pool nonpaged bytes"}

# What the system's growth shows in, of what the simulator knows.
SYSTEM_COUNTERS = {
    "paged-pool": "memory\\pool paged bytes", "nonpaged-pool": "memory\\pool nonpaged bytes",
    "committed-bytes": "memory\\committed bytes", "file-cache": "memory\\cache bytes",
    "system-pte": "memory\\free system page table entries",
    "process-objects": "objects\\processes", "thread-objects": "objects\\threads",
    "sessions": "server\\server sessions", "registry-quota": "system\\% registry quota in use"}

# Growth an hour that is ordinary, and that four days surely show: low and high, on Windows NT.
# Later servers have several times as much of everything, and their growth is in proportion.
KB, MB = 1024, 1024 * 1024
RATES = {
    "private-bytes": (.2 * MB, 2 * MB), "virtual-bytes": (1 * MB, 8 * MB),
    "working-set": (.3 * MB, 2 * MB), "handles": (6, 120), "threads": (.5, 5),
    "paged-pool": (40 * KB, 500 * KB), "nonpaged-pool": (25 * KB, 300 * KB),
    "committed-bytes": (.5 * MB, 2 * MB), "file-cache": (.3 * MB, 2 * MB),
    "system-pte": (20, 90), "process-objects": (.4, 3), "thread-objects": (.4, 3),
    "instances": (.15, .5), "sessions": (1, 12), "registry-quota": (.1, .45),
    "managed-heap": (.5 * MB, 3 * MB)}
LATER = {"nt3": .8, "nt4": 1, "2000": 1.6, "2003": 2.2, "2016": 5}
IN_PROPORTION = {"private-bytes", "working-set", "paged-pool", "nonpaged-pool", "committed-bytes",
                 "file-cache"}

# How much of the second resource goes with one unit of the first.
RATIOS = {("handles", "private-bytes"): (400, 4000), ("private-bytes", "handles"): (1 / 16e3, 1 / 2e3),
          ("handles", "nonpaged-pool"): (60, 300), ("handles", "paged-pool"): (60, 300),
          ("threads", "handles"): (1, 3), ("handles", "threads"): (.1, .5),
          ("virtual-bytes", "private-bytes"): (.05, .2),
          ("private-bytes", "virtual-bytes"): (.1, .5),
          ("private-bytes", "paged-pool"): (.03, .2), ("private-bytes", "nonpaged-pool"): (.03, .2)}

# First and last year one met each version in service; a service pack from its own year on.
LIVES = {
    "winnt-3.1": (1994, 1995), "winnt-3.5": (1995, 1996), "winnt-3.51": (1996, 1998),
    "winnt-4.0": (1997, 2002), "winnt": (1997, 2001), "winnt-4.0-sp3": (1998, 2001),
    "winnt-4.0-sp4": (1999, 2001), "winnt-4.0-sp5": (2000, 2002), "winnt-4.0-sp6": (2000, 2002),
    "winnt-4.0-sp6a": (2000, 2003), "wts-4.0": (1999, 2002), "wts-4.0-sp5": (2000, 2002),
    "wts-4.0-sp6": (2001, 2003), "win2000": (2001, 2005), "win2000-sp2": (2002, 2005),
    "win2000-sp3": (2003, 2006), "winxp": (2002, 2008), "win2003": (2004, 2009),
    "win2003-sp1": (2006, 2009), "win2003-sp2": (2008, 2010), "win2008": (2009, 2011),
    "exchange-4.0": (1997, 1998), "exchange-5.0": (1998, 1999), "exchange-5.5": (1998, 2002),
    "exchange-5.5-sp1": (1999, 2000), "exchange-5.5-sp2": (1999, 2001),
    "exchange-5.5-sp3": (2000, 2002), "exchange-5.5-sp4": (2001, 2003),
    "exchange-2000": (2001, 2005), "exchange-2000-sp3": (2003, 2006), "exchange-2003": (2004, 2008),
    "exchange-2003-sp1": (2005, 2008), "exchange-2003-sp2": (2006, 2008),
    "sna-2.0": (1995, 1996), "sna-2.1": (1996, 1997), "sna-2.11": (1997, 1998),
    "sna-3.0": (1998, 2000), "sna-4.0": (1999, 2002), "his": (2002, 2006), "sms-1.0": (1995, 1996),
    "sms-1.1": (1996, 1997), "sms-1.2": (1997, 2000), "sms-2.0": (2000, 2004),
    "sms-2003": (2004, 2008), "sql-4.2": (1994, 1998), "sql-7.0": (1999, 2002),
    "sql-2000": (2001, 2006), "sql-2005": (2006, 2010), "sql-2016": (2017, 2024), "iis-1.0": (1997, 1997), "iis-2.0": (1997, 1998),
    "iis-3.0": (1997, 1999), "iis-4.0": (1998, 2002), "iis-5.0": (2001, 2005),
    "iis-6.0": (2004, 2009), "sfu-2.0": (2001, 2003), "dotnet": (2004, 2008)}
LIFE_OF_WINDOWS = {"nt3": (1994, 1998), "nt4": (1997, 2003), "2000": (2001, 2006),
                   "2003": (2004, 2010), "2016": (2017, 2024)}
ALWAYS = (1990, 2012)

# Windows that a product runs on, where its version does not say.
WINDOWS_OF = {
    "exchange-2000": "2000", "exchange-2003": "2003", "his": "2000", "sms-2003": "2003",
    "iis-5.0": "2000", "iis-6.0": "2003", "sfu-2.0": "2000", "dotnet": "2003", "sql-2000": "2000",
    "sql-2005": "2003", "win2000": "2000", "win2003": "2003", "winxp": "2003", "win2008": "2003",
    "winnt-3.1": "nt3", "winnt-3.5": "nt3", "winnt-3.51": "nt3"}

# What else may be there, on a machine of which the entry says no more than its Windows.
ROLES = {"nt3": [[], ["names"], ["sql-4.2"]],
         "nt4": [[], ["names"], ["iis-4.0"], ["exchange-5.5"], ["sql-7.0"], ["sms-2.0"]],
         "2000": [[], ["names"], ["iis-5.0"], ["exchange-2000"], ["sql-2000"]],
         "2003": [[], ["names"], ["iis-6.0"], ["exchange-2003"], ["sql-2005"]],
         "2016": [[], ["iis-10.0"], ["sql-2016"]]}

# Ordinary programs that host what anybody may use.
HOSTS = {"nt3": ["sqlservr", "snmp", "msdtc"],
         "nt4": ["inetinfo", "sqlservr", "mtx", "snmp", "msdtc", "cqmgserv"],
         "2000": ["inetinfo", "sqlservr", "dllhost", "snmp", "msdtc"],
         "2003": ["w3wp", "sqlservr", "dllhost", "wmiprvse", "inetinfo"]}
NO_IMAGES = {"debuggers", "gateways", "indexers"}  # of host_examples
WILDCARDS = {"sms*": "smsexec", "vfp*": "vfp6"}
# The same program by Windows: (until NT 4.0, later).
RENAMED = [("spoolss", "spoolsv"), ("rpcss", "svchost"), ("mtx", "dllhost"), ("rasman", "svchost")]
# Programs that only some Windows have.
ONLY_ON = {"w3wp": {"2003"}, "wmiprvse": {"2003"}, "winmgmt": {"nt4", "2000"},
           "spoolsv": {"2000", "2003"}, "svchost": {"2000", "2003"}, "spoolss": {"nt3", "nt4"},
           "rpcss": {"nt3", "nt4"}, "mtx": {"nt4"}}
SESSION = ["csrss", "winlogon", "explorer"]  # what a session of a terminal server consists of

LEVELS = ("counters only", "product", "version", "event ids", "pool tags")


@dataclasses.dataclass
class Case:
    """One log to make, and what is true of it."""

    id: str  # of the entry; empty: a program no entry names
    family: str
    benign: bool = False
    unseen: str = ""  # why no log can show it
    statement: dict = dataclasses.field(default_factory=dict)
    seed: int = 0  # of the simulator
    processes: set = dataclasses.field(default_factory=set)  # that grow, in small letters
    counters: set = dataclasses.field(default_factory=set)  # of the system that grow
    told: list = dataclasses.field(default_factory=list)  # by level: [(option, value)]


def cases_of(issues, seed):
    """A case for each entry with growth, in the order of the knowledge base."""
    for issue in issues:
        if issue["type"] in GROWTH_TYPES + BENIGN_TYPES:
            yield _case(issue, random.Random(f"{seed} {issue['id']}"))


def unknown_cases(issues, count, seed):
    """Programs that no entry names leak, on machines of four generations."""
    taken = _names(issues)
    for number in range(count):
        rng = random.Random(f"{seed} unknown {number}")
        windows = rng.choice(("nt4", "2000", "2003", "2016"))
        process = _made_up_name(rng, taken)
        resource = rng.choice(("private-bytes", "private-bytes", "handles", "threads", "paged-pool",
                               "nonpaged-pool"))
        case = Case("", windows, processes={process}, seed=rng.randrange(1, 2**31))
        case.told = [[]]
        growth = {"process": process, "resource": resource,
                  "per_hour": _rate(resource, windows, rng)}
        products, years = _role(windows, LIFE_OF_WINDOWS[windows], rng)
        case.statement = _statement(windows, years, products, _pace({}, rng), [growth], rng)
        yield case


def _case(issue, rng):
    case = Case(issue["id"], issue["family"], benign=issue["type"] in BENIGN_TYPES,
                seed=rng.randrange(1, 2**31))
    windows_key, product_key = _versions(issue, rng)
    case.told = _told(issue, windows_key, product_key)
    windows = _windows(windows_key, product_key, issue)
    if windows == "9x":
        case.unseen = "Windows 9x has no such log"
        return case
    growth = _growth(issue, windows, rng)
    if not growth:
        case.unseen = ", ".join(issue["resources"]) or "no resource"
        return case
    case.processes = {one["process"].lower() for one in growth if one.get("process")}
    case.counters = {SYSTEM_COUNTERS[one["resource"]] for one in growth if not one.get("process")}
    if any(one["resource"] == "instances" for one in growth):
        case.counters |= {SYSTEM_COUNTERS["committed-bytes"], SYSTEM_COUNTERS["process-objects"],
                          SYSTEM_COUNTERS["thread-objects"], "system\\processes",
                          "system\\threads"}
    products, years = _products(issue, windows, windows_key, product_key, rng)
    case.statement = _statement(windows, years, products, _pace(issue, rng), growth, rng)
    return case


# ---- the machine ----

def _is_windows(key):
    return key.startswith(("win", "wts"))


def _generation(key):
    for prefix, windows in WINDOWS_OF.items():
        if key == prefix or key.startswith(prefix + "-"):
            return windows
    return "9x" if key == "win9x" else "nt4"


def _versions(issue, rng):
    """A version of Windows and one of another product, of those it affects; "" where it names none."""
    keys = _where_it_runs(issue)
    product = rng.choice([key for key in keys if not _is_windows(key)] or [""])
    of_windows = [key for key in keys if _is_windows(key) and key != "win9x"]
    if product:
        same = [key for key in of_windows if _generation(key) == _generation(product)]
        of_windows = same or of_windows
    only_9x = keys and all(key == "win9x" for key in keys)
    return rng.choice(of_windows or (["win9x"] if only_9x else [""])), product


def _where_it_runs(issue):
    """Of the versions it affects those on which a program that grows exists."""
    def exists(key):
        return any(_generation(key) in ONLY_ON.get(name, {_generation(key)})
                   for name in issue["processes"])
    return [key for key in issue["affects"] if exists(key)] or issue["affects"]


def _windows(windows_key, product_key, issue):
    if windows_key:
        return _generation(windows_key)
    if product_key:
        return _generation(product_key)
    written = int((issue["last_modified"] or "1999")[:4])
    return "nt4" if written <= 2001 else "2000" if written <= 2003 else "2003"


def _life(windows, *keys):
    """Years in which all of them were in service; those of the newest if there are none."""
    first, last = LIFE_OF_WINDOWS[windows]
    for key in filter(None, keys):
        life = LIVES.get(key) or LIVES.get(re.sub(r"-sp.*", "", key), ALWAYS)
        first, last = max(first, life[0]), min(last, life[1])
    return first, max(first, last)


def _role(windows, years, rng):
    """What a server does beside, and the years in which it did; nothing that was not out yet."""
    role = rng.choice(ROLES[windows])
    lives = [LIVES.get(product, ALWAYS) for product in role]
    first, last = max([years[0]] + [life[0] for life in lives]), years[1]
    return (role, (first, last)) if first <= last else ([], years)


def _products(issue, windows, windows_key, product_key, rng):
    """The products on the machine, and the years in which it may have been logged."""
    years = _life(windows, windows_key, product_key)
    products = []
    if product_key:
        products.append(re.sub(r"-sp.*", "", product_key))
    elif not windows_key.startswith("wts"):
        # An entry of a product's family without a version is seen on such a machine.
        of_family = {"exchange": {"nt4": "exchange-5.5", "2000": "exchange-2000",
                                  "2003": "exchange-2003"},
                     "iis": {"nt4": "iis-4.0", "2000": "iis-5.0", "2003": "iis-6.0"},
                     "sna": {"nt4": "sna-4.0", "2000": "his"}, "sms": {"nt4": "sms-2.0"}}
        product = of_family.get(issue["family"], {}).get(windows)
        if product:
            products, years = [product], _life(windows, windows_key, product)
        else:
            products, years = _role(windows, years, rng)
    if windows_key.startswith("wts"):
        products.append("wts-4.0")
    return [*products], years


def _statement(windows, years, products, pace, growth, rng):
    # Between mid January and the end of February no country changes its clocks.
    day = rng.randrange(12, 50)
    date = f"{rng.randint(*years)}-{1 + day // 31:02}-{1 + day % 31:02}"
    return {"windows": windows,
            "start": f"{date}T{rng.randrange(24):02}:{rng.choice((0, 10, 30, 45)):02}",
            "days": rng.choice((3, 3.5, 4, 4, 5)), "interval_s": 600, "products": products,
            "pace": pace, "growth": growth}


def _pace(issue, rng):
    stated = {"work": "work", "logons": "work", "time": "time", "monitoring": "time",
              "restarts": "steps"}.get(issue.get("grows_with") or "")
    return stated or rng.choices(("time", "work", "steps"), (4, 4, 2))[0]


# ---- what grows ----

def _growth(issue, windows, rng):
    hosts = _hosts(issue, windows, rng)
    grown = []  # (process or "", resource of the simulator), the primary first
    for resource in issue["resources"]:
        grown += [one for one in _of_resource(issue, resource, hosts, windows) if one not in grown]
    grown = _without_what_follows(grown)
    rates = {}
    for _, resource in grown:
        if not rates:
            stated = _stated(issue, "rate_per_hour", grown, rng)
            rates[resource] = stated or _rate(resource, windows, rng)
        elif resource not in rates:
            rates[resource] = _rate_beside(resource, rates, windows, rng)
    step = _stated(issue, "step", grown, rng)
    growth = []
    for process, resource in grown:
        one = {"process": process} if process else {}
        one |= {"resource": resource, "per_hour": rates[resource]}
        if step and resource == grown[0][1]:
            one |= {"step": step, "per_hour": max(rates[resource], step / 8)}
        growth.append(one)
    return growth


def _hosts(issue, windows, rng):
    named = [WILDCARDS.get(name, name.rstrip("*")) for name in issue["processes"]]
    named = _of_generation(named, windows)
    if [name for name in named if name.lower() != "system"] or not issue["any_host"]:
        return named
    examples = [name for name in issue["host_examples"]
                if re.fullmatch(r"[a-z0-9_]+", name) and name not in NO_IMAGES]
    examples = _of_generation(examples, windows)
    if examples:
        return [rng.choice(examples)]
    if rng.random() < .5:
        return [rng.choice(HOSTS[windows])]
    return [_made_up_name(rng, set())]


def _of_generation(names, windows):
    """Without what another Windows has in its place."""
    is_nt = windows in ("nt3", "nt4")
    wrong = {pair[1 if is_nt else 0] for pair in RENAMED if set(pair) <= set(names)}
    wrong |= {name for name in names if windows not in ONLY_ON.get(name, {windows})}
    return [name for name in names if name not in wrong] or names


def _counters_of(issue, counter):
    """Instances of Process that the entry names for that counter."""
    found = []
    for path in issue["counters"]:
        match = re.fullmatch(r"Process\((.*)\)\\(.*)", path)
        if match and match[2].lower() == counter and match[1] != "_Total":
            found.append(match[1])
    return found


def _of_resource(issue, resource, hosts, windows):
    names = " ".join(issue["counters"]).lower()
    programs = [name for name in hosts if name.lower() != "system"]
    if resource in ("paged-pool", "nonpaged-pool"):
        in_process = _counters_of(issue, PROCESS_COUNTERS[resource])
        if programs and (in_process or (issue["any_host"] and not issue["processes"])):
            return [(name, resource) for name in programs]
        return [("", resource)]
    if resource == "committed-bytes" and "kernel-objects" in issue["resources"]:
        return []  # of the processes that stay
    if resource == "committed-bytes":
        return [(name, "private-bytes") for name in programs if issue["any_host"]] or [("", resource)]
    if resource == "private-bytes" and ".net clr memory" in names:
        return [("w3wp", "managed-heap")]
    if resource in PROCESS_COUNTERS:
        if resource == "page-file-bytes" and not programs:
            return []  # of the page file, which follows
        stated = {name.lower() for name in _counters_of(issue, PROCESS_COUNTERS[resource])}
        those = [name for name in hosts if name.lower() in stated] or programs or hosts
        kind = "private-bytes" if resource == "page-file-bytes" else resource
        return [(name, kind) for name in those]
    if resource in ("file-cache", "system-pte", "registry-quota"):
        return [("", resource)]
    if resource == "kernel-objects" and "objects\\processes" in names:
        if "committed-bytes" in issue["resources"]:  # whole processes stay
            of_sessions = "wts-4.0" in issue["affects"] and not issue["processes"]
            return [(name, "instances") for name in (SESSION if of_sessions else programs[:1])]
        return [("", "process-objects"), ("", "thread-objects")]
    if resource == "connections" and "server sessions" in names:
        return [("", "sessions")]
    return []


def _without_what_follows(grown):
    """Commit, address space and working set follow private bytes by themselves."""
    resources = {resource for _, resource in grown}
    if resources & {"private-bytes", "instances", "managed-heap"} or (
            resources & {"paged-pool", "nonpaged-pool"} and grown[0][1] != "committed-bytes"):
        grown = [one for one in grown if one[1] != "committed-bytes"]
    if resources & {"private-bytes", "managed-heap"}:
        grown = [one for one in grown if one[1] != "working-set"]
    return grown


def _rate(resource, windows, rng):
    low, high = RATES[resource]
    more = LATER[windows] if resource in IN_PROPORTION else 1
    return _log_uniform(low * more, high * more, rng)


def _rate_beside(resource, rates, windows, rng):
    """In proportion to the primary resource where that is usual, but enough to be seen."""
    primary, rate = next(iter(rates.items()))
    if (primary, resource) in RATIOS:
        return max(rate * _log_uniform(*RATIOS[primary, resource], rng),
                   rng.uniform(.4, .8) * RATES[resource][0])
    return _rate(resource, windows, rng)


def _stated(issue, key, grown, rng):
    """The amount the entry states, in the unit of what grows first; None if it is of something else."""
    amount = issue[key]
    if not amount or not grown:
        return None
    units = {"B": 1, "KB": KB, "MB": MB, "GB": 1024 * MB}
    is_bytes = RATES[grown[0][1]][0] > 1000
    if is_bytes != (amount["unit"] in units):
        return None
    return _log_uniform(amount["low"], amount["high"], rng) * units.get(amount["unit"], 1)


def _log_uniform(low, high, rng):
    return low * math.exp(rng.random() * math.log(high / low)) if high > low else low


# ---- names ----

def _names(issues):
    names = set()
    for issue in issues:
        names |= {name.lower() for name in issue["processes"] + issue["host_examples"]}
    return names


def _made_up_name(rng, taken):
    while True:
        syllables = "".join(rng.choice("bdfgklmnprtvz") + rng.choice("aeiou")
                            for _ in range(rng.choice((2, 2, 3))))
        name = syllables + rng.choice(("svc", "srv", "mon", "d", "agt", "hub", "gate"))
        if name not in taken:
            return name


# ---- what a user could tell ----

def _told(issue, windows_key, product_key):
    """Options of each level of LEVELS; each level has those of the one before, or better ones."""
    family = [("--product", product_key.split("-")[0])] if product_key else []
    version = [("--product", product_key)] if product_key else []
    version += [("--windows", windows_key)] if windows_key else []
    events = [("--event", f"{event['source']}:{event['id']}") for event in issue["events"]]
    tags = [("--pool-tag", tag) for tag in issue["pool_tags"]]
    return [[], family, version, version + events, version + events + tags]
