#include "fleet/store_schema.h"

namespace perfleak {
namespace {

// Names of machines, components and counters are compared without case, as Windows does. Times are
// written twice: for people, and in seconds since 1970 (*_s) to calculate with. Columns that are
// NULL were not known. Large columns come last: SQLite does not read them unless they are asked
// for.
constexpr const char* kSchema = R"sql(
PRAGMA application_id = 1348881515;
PRAGMA user_version = 1;

CREATE TABLE meta(
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO meta(key, value) VALUES
  ('format', 'results store of perfleak'),
  ('schema_version', '1'),
  ('documentation', 'docs/store.md of perfleak');

CREATE TABLE contents(
  hash TEXT PRIMARY KEY,
  bytes INTEGER
) WITHOUT ROWID;

CREATE TABLE files(
  path TEXT PRIMARY KEY,
  hash TEXT NOT NULL REFERENCES contents ON DELETE CASCADE,
  bytes INTEGER NOT NULL,
  modified_ns INTEGER NOT NULL,
  changed_ns INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  device INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX files_by_hash ON files(hash);

CREATE TABLE completed(
  hash TEXT NOT NULL REFERENCES contents ON DELETE CASCADE,
  settings TEXT NOT NULL,
  members INTEGER NOT NULL,
  PRIMARY KEY(hash, settings)
) WITHOUT ROWID;

CREATE TABLE digests(
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL REFERENCES contents ON DELETE CASCADE,
  settings TEXT NOT NULL,
  member INTEGER NOT NULL,
  member_name TEXT NOT NULL,
  name TEXT NOT NULL,
  outcome TEXT NOT NULL,
  message TEXT NOT NULL,
  content TEXT NOT NULL,
  time_basis TEXT NOT NULL,
  bias_minutes REAL NOT NULL,
  format TEXT NOT NULL,
  encoding TEXT NOT NULL,
  columns INTEGER NOT NULL,
  rows_read INTEGER NOT NULL,
  rows_used INTEGER NOT NULL,
  rows_dropped INTEGER NOT NULL,
  size INTEGER NOT NULL,
  digest BLOB NOT NULL,
  UNIQUE(hash, settings, member)
);

CREATE TABLE digest_machines(
  digest INTEGER NOT NULL REFERENCES digests ON DELETE CASCADE,
  place INTEGER NOT NULL,
  machine TEXT NOT NULL COLLATE NOCASE,
  start TEXT,
  "end" TEXT,
  start_s REAL NOT NULL,
  end_s REAL NOT NULL,
  PRIMARY KEY(digest, place)
) WITHOUT ROWID;
CREATE INDEX digest_machines_by_machine ON digest_machines(machine);

CREATE TABLE runs(
  id INTEGER PRIMARY KEY,
  version TEXT NOT NULL,
  command TEXT NOT NULL,
  settings TEXT NOT NULL,
  started TEXT,
  started_s REAL,
  finished TEXT,
  finished_s REAL,
  read INTEGER,
  duplicates INTEGER,
  no_logs INTEGER,
  failed INTEGER,
  machines INTEGER,
  components INTEGER,
  issues INTEGER
);

CREATE TABLE unread_files(
  name TEXT PRIMARY KEY,
  run INTEGER REFERENCES runs ON DELETE CASCADE,
  outcome TEXT NOT NULL,
  message TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX unread_files_by_run ON unread_files(run);

CREATE TABLE machines(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  run INTEGER REFERENCES runs ON DELETE SET NULL,
  state TEXT NOT NULL,
  logs INTEGER NOT NULL,
  time_basis TEXT NOT NULL,
  start TEXT,
  "end" TEXT,
  start_s REAL,
  end_s REAL,
  interval_s REAL,
  counters INTEGER NOT NULL,
  judged INTEGER NOT NULL,
  rows_read INTEGER NOT NULL,
  rows_used INTEGER NOT NULL,
  rows_dropped INTEGER NOT NULL,
  windows TEXT NOT NULL,
  bits INTEGER,
  ram_bytes REAL,
  error TEXT NOT NULL
);
CREATE INDEX machines_by_run ON machines(run);

CREATE TABLE quality(
  machine INTEGER NOT NULL REFERENCES machines ON DELETE CASCADE,
  place INTEGER NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  next_step TEXT NOT NULL,
  PRIMARY KEY(machine, place)
) WITHOUT ROWID;

CREATE TABLE suspects(
  id INTEGER PRIMARY KEY,
  machine INTEGER NOT NULL REFERENCES machines ON DELETE CASCADE,
  place INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  kind TEXT NOT NULL,
  score REAL NOT NULL,
  component TEXT NOT NULL COLLATE NOCASE,
  path TEXT NOT NULL COLLATE NOCASE,
  unit TEXT NOT NULL,
  slope_per_hour REAL,
  slope_low REAL,
  slope_high REAL,
  grown REAL,
  level REAL,
  since TEXT,
  since_s REAL,
  lives INTEGER NOT NULL,
  share_of_system REAL,
  recent INTEGER NOT NULL,
  movement TEXT NOT NULL,
  movement_text TEXT NOT NULL,
  limit_name TEXT,
  limit_value REAL,
  limit_unit TEXT,
  p10 TEXT,
  p50 TEXT,
  p90 TEXT,
  p10_s REAL,
  p50_s REAL,
  p90_s REAL,
  responsible TEXT,
  responsible_why TEXT,
  responsible_grade TEXT,
  explanation TEXT NOT NULL,
  deciding_fact TEXT NOT NULL,
  next_steps TEXT NOT NULL,
  UNIQUE(machine, place)
);
CREATE INDEX suspects_by_component ON suspects(component);

CREATE TABLE known_issues(
  suspect INTEGER NOT NULL REFERENCES suspects ON DELETE CASCADE,
  place INTEGER NOT NULL,
  issue TEXT NOT NULL,
  grade TEXT NOT NULL,
  tie_group INTEGER NOT NULL,
  title TEXT NOT NULL,
  type TEXT NOT NULL,
  guilty TEXT NOT NULL,
  fix TEXT NOT NULL,
  applies_if TEXT NOT NULL,
  to_check TEXT NOT NULL,
  PRIMARY KEY(suspect, place)
) WITHOUT ROWID;
CREATE INDEX known_issues_by_issue ON known_issues(issue);

CREATE TABLE counters(
  id INTEGER PRIMARY KEY,
  machine INTEGER NOT NULL REFERENCES machines ON DELETE CASCADE,
  path TEXT NOT NULL COLLATE NOCASE,
  component TEXT NOT NULL COLLATE NOCASE,
  kind TEXT NOT NULL,
  unit TEXT NOT NULL,
  UNIQUE(machine, path)
);

CREATE TABLE trends(
  counter INTEGER NOT NULL REFERENCES counters ON DELETE CASCADE,
  week TEXT NOT NULL,
  run INTEGER REFERENCES runs ON DELETE SET NULL,
  start TEXT,
  "end" TEXT,
  start_s REAL NOT NULL,
  end_s REAL NOT NULL,
  judged INTEGER NOT NULL,
  verdict TEXT,
  reason TEXT,
  slope_per_hour REAL,
  slope_stderr REAL,
  slope_low REAL,
  slope_high REAL,
  PRIMARY KEY(counter, week)
) WITHOUT ROWID;
CREATE INDEX trends_by_run ON trends(run);

CREATE VIEW current_suspects AS
  SELECT m.name AS machine, s.verdict, s.kind, s.component, s.path, s.unit, s.slope_per_hour,
         s.slope_low, s.slope_high, s.grown, s.since, s.movement, s.movement_text, s.limit_name,
         s.p50 AS limit_reached, s.responsible,
         (SELECT k.issue FROM known_issues k WHERE k.suspect = s.id AND k.issue <> ''
            ORDER BY k.place LIMIT 1) AS best_issue,
         s.explanation, s.score, s.place
    FROM suspects s JOIN machines m ON m.id = s.machine
    WHERE s.movement <> 'over'
    ORDER BY s.verdict = 'leak' DESC, s.score DESC, m.name, s.place;

CREATE VIEW leaking_components AS
  WITH ranked AS (
    SELECT s.*, m.name AS machine_name,
           row_number() OVER (PARTITION BY s.component, s.kind, s.unit
                              ORDER BY s.since_s IS NULL, s.since_s, m.name) AS by_age,
           row_number() OVER (PARTITION BY s.component, s.kind, s.unit
                              ORDER BY abs(s.slope_per_hour) DESC, m.name) AS by_speed,
           row_number() OVER (PARTITION BY s.component, s.kind, s.unit
                              ORDER BY s.p50_s IS NULL, s.p50_s, m.name) AS by_end
      FROM suspects s JOIN machines m ON m.id = s.machine
      WHERE s.movement <> 'over')
  SELECT component, kind, CASE WHEN max(verdict = 'leak') THEN 'leak' ELSE 'watch' END AS verdict,
         count(DISTINCT machine) AS machines, unit,
         max(CASE WHEN by_age = 1 THEN since END) AS since,
         max(CASE WHEN by_age = 1 THEN machine_name END) AS since_machine,
         max(CASE WHEN by_speed = 1 THEN slope_per_hour END) AS fastest_per_hour,
         max(CASE WHEN by_speed = 1 THEN machine_name END) AS fastest_machine,
         max(CASE WHEN by_end = 1 THEN p50 END) AS soonest,
         max(CASE WHEN by_end = 1 AND p50 IS NOT NULL THEN limit_name END) AS soonest_limit,
         max(CASE WHEN by_end = 1 AND p50 IS NOT NULL THEN machine_name END) AS soonest_machine
    FROM ranked
    GROUP BY component, kind, unit
    ORDER BY machines DESC, verdict, component, kind;

CREATE VIEW machine_history AS
  SELECT m.name AS machine, c.component, c.path, c.kind, c.unit, t.week, t.start, t."end",
         t.judged, t.verdict, t.reason, t.slope_per_hour, t.slope_low, t.slope_high
    FROM trends t JOIN counters c ON c.id = t.counter JOIN machines m ON m.id = c.machine
    ORDER BY m.name, c.component, c.path, t.week;

CREATE VIEW issue_machines AS
  SELECT k.issue, k.grade, k.place, m.name AS machine, s.component, s.verdict, s.kind, k.title,
         k.fix
    FROM known_issues k JOIN suspects s ON s.id = k.suspect JOIN machines m ON m.id = s.machine
    WHERE k.issue <> '' AND s.movement <> 'over'
    ORDER BY k.issue, k.place, m.name, s.place;

CREATE VIEW machine_list AS
  SELECT m.name AS machine, m.state,
         (SELECT count(*) FROM suspects s
            WHERE s.machine = m.id AND s.verdict = 'leak' AND s.movement <> 'over') AS leaks,
         (SELECT count(*) FROM suspects s
            WHERE s.machine = m.id AND s.verdict = 'watch' AND s.movement <> 'over') AS watched,
         m.start, m."end", m.logs, m.windows, m.error, r.started AS judged_at
    FROM machines m LEFT JOIN runs r ON r.id = m.run
    ORDER BY leaks DESC, watched DESC, m.name;

CREATE VIEW unread_logs AS
  SELECT u.name, u.message, u.run, r.started AS run_started
    FROM unread_files u LEFT JOIN runs r ON r.id = u.run
    WHERE u.outcome = 'failed'
    ORDER BY u.name;

CREATE VIEW logs AS
  SELECT d.id, d.name, d.outcome, d.message, d.format,
         (SELECT group_concat(machine, ', ') FROM (SELECT machine FROM digest_machines
            WHERE digest = d.id ORDER BY place)) AS machines,
         (SELECT min(start) FROM digest_machines WHERE digest = d.id) AS start,
         (SELECT max("end") FROM digest_machines WHERE digest = d.id) AS "end",
         d.columns, d.rows_used, d.rows_dropped, d.size AS digest_bytes, d.settings
    FROM digests d
    ORDER BY d.name, d.id;
)sql";

}  // namespace

const char* StoreSchema() { return kSchema; }

}  // namespace perfleak
