#include "fleet/store_results.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "base/week.h"
#include "leaks/platform.h"
#include "report/words.h"

namespace perfleak {
namespace {

// ---- writing ----

std::optional<int> BitsOf(const Platform& platform) {
  if (platform.bits == Bits::kUnknown) return std::nullopt;
  return platform.bits == Bits::k32 ? 32 : 64;
}

// Not known without a sample.
std::optional<double> TimeOf(double t_s, const InputSummary& input) {
  return input.rows_used > 0 ? std::optional(t_s) : std::nullopt;
}

std::optional<std::string> TimeTextOf(double t_s, const InputSummary& input) {
  return input.rows_used > 0 ? TimeText(t_s, input.time_basis) : std::nullopt;
}

int64_t MachineId(const std::string& name, SqlConnection* sql) {
  SqlStatement select(sql, "SELECT id FROM machines WHERE name = ?1");
  return select.Bind(name).Step() ? select.Integer(0) : 0;
}

int64_t PutMachineRow(int64_t run, const FleetMachine& machine, SqlConnection* sql) {
  const InputSummary& input = machine.input;
  const bool any_interval = input.interval_s > 0;
  SqlStatement insert(sql, R"sql(
    INSERT INTO machines(name, run, state, logs, time_basis, start, "end", start_s, end_s,
                         interval_s, counters, judged, rows_read, rows_used, rows_dropped, windows,
                         bits, ram_bytes, error)
    VALUES(:name, :run, :state, :logs, :time_basis, :start, :end, :start_s, :end_s, :interval_s,
           :counters, :judged, :rows_read, :rows_used, :rows_dropped, :windows, :bits, :ram_bytes,
           :error)
    ON CONFLICT(name) DO UPDATE SET
      name = excluded.name, run = excluded.run, state = excluded.state, logs = excluded.logs,
      time_basis = excluded.time_basis, start = excluded.start, "end" = excluded."end",
      start_s = excluded.start_s, end_s = excluded.end_s, interval_s = excluded.interval_s,
      counters = excluded.counters, judged = excluded.judged, rows_read = excluded.rows_read,
      rows_used = excluded.rows_used, rows_dropped = excluded.rows_dropped,
      windows = excluded.windows, bits = excluded.bits, ram_bytes = excluded.ram_bytes,
      error = excluded.error)sql");
  insert.Set(":name", machine.name)
      .Set(":run", run)
      .Set(":state", ToString(StateOf(machine)))
      .Set(":logs", input.files.size())
      .Set(":time_basis", BasisText(input.time_basis))
      .Set(":start", TimeTextOf(input.start_s, input))
      .Set(":end", TimeTextOf(input.end_s, input))
      .Set(":start_s", TimeOf(input.start_s, input))
      .Set(":end_s", TimeOf(input.end_s, input))
      .Set(":interval_s", any_interval ? std::optional(input.interval_s) : std::nullopt)
      .Set(":counters", input.counters)
      .Set(":judged", machine.judged)
      .Set(":rows_read", input.rows_read)
      .Set(":rows_used", input.rows_used)
      .Set(":rows_dropped", input.rows_dropped)
      .Set(":windows", machine.platform.windows.product.empty()
                           ? ""
                           : DescribeVersions(machine.platform.windows))
      .Set(":bits", BitsOf(machine.platform))
      .Set(":ram_bytes", machine.platform.ram)
      .Set(":error", machine.error)
      .Run();
  return MachineId(machine.name, sql);
}

void PutQuality(int64_t machine, const std::vector<QualityNote>& notes, SqlConnection* sql) {
  SqlStatement(sql, "DELETE FROM quality WHERE machine = ?1").Run(machine);
  SqlStatement insert(sql,
                      "INSERT INTO quality(machine, place, code, message, next_step) "
                      "VALUES(?1, ?2, ?3, ?4, ?5)");
  for (size_t i = 0; i < notes.size(); ++i) {
    insert.Run(machine, i + 1, notes[i].code, notes[i].message, notes[i].next_step);
  }
}

void BindGrowth(const Growth& growth, TimeBasis basis, SqlStatement* insert) {
  insert->Set(":path", growth.path)
      .Set(":unit", ToString(growth.unit))
      .Set(":slope_per_hour", growth.slope.per_s * kSecondsPerHour)
      .Set(":slope_low", growth.slope.low_per_s * kSecondsPerHour)
      .Set(":slope_high", growth.slope.high_per_s * kSecondsPerHour)
      .Set(":grown", growth.grown)
      .Set(":level", growth.level)
      .Set(":since", TimeText(growth.since_s, basis))
      .Set(":since_s", growth.since_s)
      .Set(":lives", growth.lives)
      .Set(":share_of_system", growth.share_of_system);
}

// Parameters that are not bound are NULL.
void BindExhaustion(const Exhaustion& exhaustion, TimeBasis basis, SqlStatement* insert) {
  insert->Set(":limit_name", exhaustion.limit)
      .Set(":limit_value", exhaustion.limit_value)
      .Set(":limit_unit", ToString(exhaustion.unit))
      .Set(":p10", TimeText(exhaustion.p10_s, basis))
      .Set(":p50", TimeText(exhaustion.p50_s, basis))
      .Set(":p90", TimeText(exhaustion.p90_s, basis))
      .Set(":p10_s", exhaustion.p10_s)
      .Set(":p50_s", exhaustion.p50_s)
      .Set(":p90_s", exhaustion.p90_s);
}

int64_t PutSuspectRow(int64_t machine, size_t place, const FleetSuspect& fleet_suspect,
                      TimeBasis basis, SqlConnection* sql) {
  const Suspect& suspect = fleet_suspect.suspect;
  SqlStatement insert(sql, R"sql(
    INSERT INTO suspects(machine, place, verdict, kind, score, component, path, unit,
                         slope_per_hour, slope_low, slope_high, grown, level, since, since_s,
                         lives, share_of_system, recent, movement, movement_text, limit_name,
                         limit_value, limit_unit, p10, p50, p90, p10_s, p50_s, p90_s, responsible,
                         responsible_why, responsible_grade, explanation, deciding_fact,
                         next_steps)
    VALUES(:machine, :place, :verdict, :kind, :score, :component, :path, :unit, :slope_per_hour,
           :slope_low, :slope_high, :grown, :level, :since, :since_s, :lives, :share_of_system,
           :recent, :movement, :movement_text, :limit_name, :limit_value, :limit_unit, :p10, :p50,
           :p90, :p10_s, :p50_s, :p90_s, :responsible, :responsible_why, :responsible_grade,
           :explanation, :deciding_fact, :next_steps))sql");
  insert.Set(":machine", machine)
      .Set(":place", place)
      .Set(":verdict", ToString(suspect.verdict))
      .Set(":kind", ToString(suspect.kind))
      .Set(":score", suspect.score)
      .Set(":component", NameOrUnnamed(suspect.component))
      .Set(":recent", fleet_suspect.recent)
      .Set(":movement", ToString(fleet_suspect.movement))
      .Set(":movement_text", fleet_suspect.movement_text)
      .Set(":explanation", suspect.explanation)
      .Set(":deciding_fact", suspect.deciding_fact)
      .Set(":next_steps", Join(suspect.next_steps, "\n"));
  BindGrowth(suspect.growth_in, basis, &insert);
  if (suspect.exhaustion) BindExhaustion(*suspect.exhaustion, basis, &insert);
  if (suspect.likely_responsible) {
    insert.Set(":responsible", NameOrUnnamed(suspect.likely_responsible->component))
        .Set(":responsible_why", suspect.likely_responsible->why)
        .Set(":responsible_grade", suspect.likely_responsible->grade);
  }
  insert.Run();
  return sql->last_insert_id();
}

void PutKnownIssues(int64_t suspect, const std::vector<IssueMatch>& issues, SqlConnection* sql) {
  SqlStatement insert(sql,
                      "INSERT INTO known_issues(suspect, place, issue, grade, tie_group, title, "
                      "type, guilty, fix, applies_if, to_check) "
                      "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
  for (size_t i = 0; i < issues.size(); ++i) {
    const IssueMatch& issue = issues[i];
    insert.Run(suspect, i + 1, issue.id, issue.grade, issue.tie_group, issue.title, issue.type,
               Join(issue.guilty, ", "), issue.fix, issue.applies_if, issue.check);
  }
}

int64_t PutCounter(int64_t machine, const Suspect& suspect, SqlConnection* sql) {
  const std::string& path = suspect.growth_in.path;
  SqlStatement insert(sql,
                      "INSERT INTO counters(machine, path, component, kind, unit) "
                      "VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(machine, path) DO UPDATE SET "
                      "component = excluded.component, kind = excluded.kind, unit = excluded.unit");
  insert.Run(machine, path, NameOrUnnamed(suspect.component), ToString(suspect.kind),
             ToString(suspect.growth_in.unit));
  SqlStatement select(sql, "SELECT id FROM counters WHERE machine = ?1 AND path = ?2");
  return select.Bind(machine, path).Step() ? select.Integer(0) : 0;
}

void PutTrends(int64_t run, int64_t counter, const std::vector<PeriodTrend>& periods,
               TimeBasis basis, SqlConnection* sql) {
  SqlStatement insert(sql, R"sql(
    INSERT INTO trends(counter, week, run, start, "end", start_s, end_s, judged, verdict, reason,
                        slope_per_hour, slope_stderr, slope_low, slope_high)
    VALUES(:counter, :week, :run, :start, :end, :start_s, :end_s, :judged, :verdict, :reason,
           :slope_per_hour, :slope_stderr, :slope_low, :slope_high)
    ON CONFLICT(counter, week) DO UPDATE SET
      run = excluded.run, start = excluded.start, "end" = excluded."end",
      start_s = excluded.start_s, end_s = excluded.end_s, judged = excluded.judged,
      verdict = excluded.verdict, reason = excluded.reason,
      slope_per_hour = excluded.slope_per_hour, slope_stderr = excluded.slope_stderr,
      slope_low = excluded.slope_low, slope_high = excluded.slope_high
    WHERE excluded.end_s - excluded.start_s >= trends.end_s - trends.start_s)sql");
  for (const PeriodTrend& period : periods) {
    const bool why = period.judged && period.reason != Reason::kNone;
    const auto if_judged = [&](double per_s) {
      return period.judged ? std::optional(per_s * kSecondsPerHour) : std::nullopt;
    };
    insert.Set(":counter", counter)
        .Set(":week", WeekOf(period.start_s))
        .Set(":run", run)
        .Set(":start", TimeText(period.start_s, basis))
        .Set(":end", TimeText(period.end_s, basis))
        .Set(":start_s", period.start_s)
        .Set(":end_s", period.end_s)
        .Set(":judged", period.judged)
        .Set(":verdict", period.judged ? std::optional(ToString(period.verdict)) : std::nullopt)
        .Set(":reason", why ? std::optional(ToString(period.reason)) : std::nullopt)
        .Set(":slope_per_hour", if_judged(period.slope.per_s))
        .Set(":slope_stderr", if_judged(period.slope.stderr_per_s))
        .Set(":slope_low", if_judged(period.slope.low_per_s))
        .Set(":slope_high", if_judged(period.slope.high_per_s))
        .Run();
  }
}

// ---- reading ----

// The value of an enumeration that is written as `text`; the last one is `last`.
template <class Enum>
Enum Named(const std::string& text, Enum last, SqlConnection* sql) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    if (ToString(static_cast<Enum>(i)) == text) return static_cast<Enum>(i);
  }
  sql->FailAsDamaged("\"" + text + "\" is not a word of perfleak");
  return Enum{};
}

double PerSecond(std::optional<double> per_hour) { return per_hour.value_or(0) / kSecondsPerHour; }

std::vector<PeriodTrend> ReadTrends(int64_t counter, SqlConnection* sql) {
  SqlStatement select(sql,
                      "SELECT start_s, end_s, judged, verdict, reason, slope_per_hour, "
                      "slope_stderr, slope_low, slope_high FROM trends "
                      "WHERE counter = ?1 ORDER BY week");
  std::vector<PeriodTrend> periods;
  select.Bind(counter);
  while (select.Step()) {
    PeriodTrend& period = periods.emplace_back();
    period.start_s = select.Real(0).value_or(0);
    period.end_s = select.Real(1).value_or(0);
    period.judged = select.Integer(2) != 0;
    if (!period.judged) continue;
    period.verdict = Named(select.Text(3), Verdict::kLeak, sql);
    const std::string reason = select.Text(4);
    if (!reason.empty()) period.reason = Named(reason, Reason::kArtefact, sql);
    period.slope = {PerSecond(select.Real(5)), PerSecond(select.Real(6)), PerSecond(select.Real(7)),
                    PerSecond(select.Real(8))};
  }
  return periods;
}

}  // namespace

std::optional<std::string> TimeText(double t_s, TimeBasis basis) {
  if (!IsDate(t_s)) return std::nullopt;
  return FormatRfc3339(t_s, basis);
}

std::string_view BasisText(TimeBasis basis) { return basis == TimeBasis::kUtc ? "utc" : "local"; }

TimeBasis BasisNamed(const std::string& text) {
  return text == "utc" ? TimeBasis::kUtc : TimeBasis::kLocal;
}

void WriteMachine(int64_t run, const FleetMachine& machine, SqlConnection* sql) {
  const TimeBasis basis = machine.input.time_basis;
  const int64_t id = PutMachineRow(run, machine, sql);
  PutQuality(id, machine.quality, sql);
  SqlStatement(sql, "DELETE FROM suspects WHERE machine = ?1").Run(id);
  for (size_t i = 0; i < machine.suspects.size(); ++i) {
    const FleetSuspect& suspect = machine.suspects[i];
    const int64_t row = PutSuspectRow(id, i + 1, suspect, basis, sql);
    PutKnownIssues(row, suspect.suspect.known_issues, sql);
    PutTrends(run, PutCounter(id, suspect.suspect, sql), suspect.periods, basis, sql);
  }
}

void WriteUnreadFiles(int64_t run, const std::vector<FleetFile>& files, SqlConnection* sql) {
  SqlStatement remove(sql, "DELETE FROM unread_files WHERE name = ?1");
  SqlStatement replace(sql,
                       "REPLACE INTO unread_files(name, run, outcome, message) "
                       "VALUES(?1, ?2, ?3, ?4)");
  for (const FleetFile& file : files) {
    if (file.outcome == FileOutcome::kRead) {
      remove.Run(file.name);
    } else {
      replace.Run(file.name, run, ToString(file.outcome), file.message);
    }
  }
}

std::vector<HistoryLine> ReadHistory(const std::string& asked, SqlConnection* sql) {
  SqlStatement select(sql,
                      "SELECT c.id, m.name, c.component, c.path, c.kind, c.unit, m.time_basis, "
                      "m.end_s, EXISTS (SELECT 1 FROM suspects s "
                      "WHERE s.machine = m.id AND s.path = c.path) "
                      "FROM counters c JOIN machines m ON m.id = c.machine "
                      "ORDER BY m.name, c.component, c.path");
  std::vector<HistoryLine> lines;
  while (select.Step()) {
    HistoryLine line;
    line.machine = select.Text(1);
    line.component = select.Text(2);
    if (!WildcardMatch(asked, line.machine) && !WildcardMatch(asked, line.component)) continue;
    line.path = select.Text(3);
    line.kind = Named(select.Text(4), LeakKind::kOther, sql);
    line.unit = Named(select.Text(5), Unit::kPerSecond, sql);
    line.time_basis = BasisNamed(select.Text(6));
    line.machine_end_s = select.Real(7).value_or(0);
    line.suspect = select.Integer(8) != 0;
    line.periods = ReadTrends(select.Integer(0), sql);
    if (!line.periods.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> ReadKnownNames(SqlConnection* sql) {
  SqlStatement select(sql,
                      "SELECT m.name FROM machines m WHERE EXISTS "
                      "(SELECT 1 FROM counters c WHERE c.machine = m.id) "
                      "UNION SELECT component FROM counters ORDER BY 1");
  std::vector<std::string> names;
  while (select.Step()) names.push_back(select.Text(0));
  return names;
}

}  // namespace perfleak
