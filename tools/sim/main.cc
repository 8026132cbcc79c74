// perfleak-sim: makes labelled logs of machines that never existed.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <string>

#include "cases.h"
#include "check.h"
#include "counter_set.h"
#include "family_log.h"
#include "fleet.h"
#include "random_machines.h"
#include "run.h"
#include "scenarios.h"
#include "stated_machine.h"

namespace perfleak::sim {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string name;
  uint64_t seed = 1;
  std::string out;
  std::string labels;
  double days = 0;
  int interval_s = 0;
  bool all_counters = false;
  std::string file;
  int count = 30;
};

std::ofstream Create(const fs::path& path) {
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(fmt::format("{}: cannot be written", path.string()));
  return file;
}

void Close(std::ostream& file, const std::string& path) {
  if (!file.flush()) throw std::runtime_error(fmt::format("{}: write error", path));
}

Simulation Adjusted(Simulation simulation, const Options& options) {
  if (options.days > 0) simulation.days = options.days;
  if (options.interval_s > 0) simulation.interval_s = options.interval_s;
  if (options.all_counters) {
    simulation.machine.process_counters = AllProcessCounters(simulation.machine.windows);
  }
  return simulation;
}

int RunScenario(const Options& options) {
  const auto simulation = MakeScenario(options.name, options.seed);
  if (!simulation) {
    fmt::print(stderr, "no scenario {}; there are {}\n", options.name,
               fmt::join(ScenarioNames(), ", "));
    return 2;
  }
  const fs::path log = fs::path(options.out) / (options.name + ".csv");
  const fs::path labels = fs::path(options.out) / "labels" / (options.name + ".json");
  std::ofstream csv = Create(log);
  std::ofstream json = Create(labels);
  json << Print(Run(Adjusted(*simulation, options), options.seed, csv));
  Close(csv, log.string());
  Close(json, labels.string());
  return 0;
}

int RunCase(const Options& options) {
  const auto simulation = MakeCase(options.name);
  if (!simulation) {
    fmt::print(stderr, "no case {}; there are {}\n", options.name, fmt::join(CaseNames(), ", "));
    return 2;
  }
  std::ofstream file;
  if (!options.out.empty()) file = Create(options.out);
  std::ostream& csv = options.out.empty() ? std::cout : file;
  const auto labels = Run(Adjusted(*simulation, options), options.seed, csv);
  Close(csv, options.out.empty() ? "standard output" : options.out);
  if (!options.labels.empty()) {
    std::ofstream json = Create(options.labels);
    json << Print(labels);
    Close(json, options.labels);
  }
  return 0;
}

int RunCheck(const Options& options) {
  std::ifstream csv(options.file, std::ios::binary);
  if (!csv) {
    fmt::print(stderr, "{}: cannot be read\n", options.file);
    return 2;
  }
  const CheckResult result = Check(csv);
  fmt::print("{}: {} rows, {} columns, {} comparisons, {} failed\n", options.file, result.rows,
             result.columns, result.comparisons, result.failure_count);
  for (const std::string& line : result.done) fmt::print("  {}\n", line);
  for (const std::string& line : result.failures) fmt::print("  FAILED {}\n", line);
  return result.failure_count == 0 && result.rows > 0 ? 0 : 1;
}

int RunFamilies(const FamilyOptions& options, const Options& where) {
  const FamilyTotals totals = WriteFamilies(options, where.out);
  fmt::print("{}: {} series in {} logs\n", where.out, totals.series, totals.logs);
  return 0;
}

int RunMachines(const Options& options) {
  for (int number = 1; number <= options.count; ++number) {
    const std::string name = RandomMachineName(number);
    const fs::path log = fs::path(options.out) / (name + ".csv");
    const fs::path labels = fs::path(options.out) / "labels" / (name + ".json");
    std::ofstream csv = Create(log);
    std::ofstream json = Create(labels);
    json << Print(RunRandomMachine(options.seed, number, csv));
    Close(csv, log.string());
    Close(json, labels.string());
  }
  return 0;
}

int RunStated(const Options& options) {
  std::ifstream file(options.file, std::ios::binary);
  if (!file) {
    fmt::print(stderr, "{}: cannot be read\n", options.file);
    return 2;
  }
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  const StatedMachine stated = ParseStatedMachine(json);
  std::ofstream csv = Create(options.out);
  WriteStatedMachine(stated, options.seed, csv);
  Close(csv, options.out);
  return 0;
}

struct FleetCommand {
  FleetOptions fleet;
  FleetPart part;
  bool small = false;
  bool feed = false;
};

// Who reads the feed takes each log away before the next one is written.
void Announce(const nlohmann::ordered_json& event) {
  std::cout << event.dump() << std::endl;
  std::string go_on;
  if (!std::getline(std::cin, go_on)) throw std::runtime_error("who reads the feed is gone");
}

void CopyLog(const fs::path& folder, const nlohmann::ordered_json& log) {
  const auto path = [&](const std::string& name) { return folder / fs::u8path(name); };
  for (const std::string copy : log["copies"]) {
    fs::create_directories(path(copy).parent_path());
    fs::copy_file(path(log["path"]), path(copy), fs::copy_options::overwrite_existing);
  }
}

int RunFleet(FleetCommand command, const std::string& out) {
  if (command.small) {
    command.fleet.machines = 8;
    command.fleet.logs = 60;
    command.fleet.bytes = 60'000'000;
  }
  if (command.feed) {
    const auto machines = WriteFleet(command.fleet, command.part, out, Announce);
    std::cout << nlohmann::ordered_json{{"done", machines}}.dump() << std::endl;
    return 0;
  }
  nlohmann::ordered_json logs = nlohmann::ordered_json::array();
  const fs::path folder = fs::path(out) / "archive";
  const auto machines = WriteFleet(command.fleet, command.part, folder.string(),
                                   [&](const nlohmann::ordered_json& log) {
                                     CopyLog(folder, log);
                                     logs.push_back(log);
                                   });
  const fs::path labels = fs::path(out) / "labels.json";
  std::ofstream json = Create(labels);
  json << nlohmann::ordered_json({{"schema_version", "1.0"},
                                  {"kind", "fleet"},
                                  {"seed", command.fleet.seed},
                                  {"machines", machines},
                                  {"logs", logs}})
              .dump(1)
       << '\n';
  Close(json, labels.string());
  return 0;
}

int List() {
  for (const std::string& name : ScenarioNames()) {
    fmt::print("scenario {}: {}\n", name, MakeScenario(name, 1)->info.title);
  }
  for (const std::string& name : CaseNames()) {
    fmt::print("case {}: {}\n", name, MakeCase(name)->info.title);
  }
  return 0;
}

CLI::App* AddFamilies(CLI::App& app, FamilyOptions& families, Options& options) {
  auto* command = app.add_subcommand("families", "labelled single series, to measure accuracy");
  command->add_option("--seed", families.seed, "same seed, same bytes")->capture_default_str();
  command->add_option("--out", options.out, "folder to write to")->required();
  command->add_option("--per-family", families.per_family, "series of each family")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  const std::map<std::string, std::optional<FamilySet>> sets = {
      {"all", {}}, {"fitting", FamilySet::kFitting}, {"held-out", FamilySet::kHeldOut}};
  command
      ->add_option_function<std::string>(
          "--set", [=, &families](const std::string& name) { families.only = sets.at(name); },
          "which families")
      ->check(CLI::IsMember({"all", "fitting", "held-out"}));
  return command;
}

CLI::App* AddMachines(CLI::App& app, Options& options) {
  auto* command = app.add_subcommand("machines", "random whole machines, to measure accuracy");
  command->add_option("--seed", options.seed, "same seed, same bytes")->capture_default_str();
  command->add_option("--count", options.count, "how many machines")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--out", options.out, "folder to write to")->required();
  return command;
}

CLI::App* AddFleet(CLI::App& app, FleetCommand& command, Options& options) {
  auto* added = app.add_subcommand("fleet", "the logs of many machines over months");
  added->add_option("--out", options.out, "folder to write to")->required();
  added->add_option("--seed", command.fleet.seed, "same seed, same bytes")->capture_default_str();
  auto* size = added->add_option_group("size");
  size->add_option("--machines", command.fleet.machines)
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  size->add_option("--logs", command.fleet.logs, "about so many")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  size->add_option("--bytes", command.fleet.bytes, "of text, about; 10G, 500M")
      ->transform(CLI::AsSizeValue(true))
      ->capture_default_str();
  size->add_flag("--small", command.small, "8 machines, 60 logs, 60 MB: for tests");
  added->add_option("--part", command.part.part, "write every N-th group only: which")
      ->check(CLI::NonNegativeNumber);
  added->add_option("--parts", command.part.parts, "and N")->check(CLI::PositiveNumber);
  added->add_flag(
      "--feed", command.feed,
      "print a line for each log that is complete, and wait for one (tools/fleet/make)");
  return added;
}

CLI::App* AddStated(CLI::App& app, Options& options) {
  auto* command = app.add_subcommand("stated", "a machine on which grows what a file states");
  command->add_option("file", options.file, "see README.md")->required();
  command->add_option("--seed", options.seed, "same seed, same bytes")->capture_default_str();
  command->add_option("--out", options.out, "file to write")->required();
  return command;
}

void AddRunOptions(CLI::App& command, Options& options) {
  command.add_option("name", options.name, "see 'list'")->required();
  command.add_option("--seed", options.seed, "same seed, same bytes")->capture_default_str();
  command.add_option("--days", options.days, "length of the log")->check(CLI::PositiveNumber);
  command.add_option("--interval", options.interval_s, "seconds between samples")
      ->check(CLI::PositiveNumber);
  command.add_flag("--all-counters", options.all_counters, "every counter of the Process object");
}

int Main(int argc, char** argv) {
  CLI::App app{"Makes labelled Performance Monitor logs of machines that never existed."};
  app.require_subcommand(1);
  Options options;
  auto* scenario = app.add_subcommand("scenario", "a whole machine: DIR/NAME.csv and its labels");
  AddRunOptions(*scenario, options);
  scenario->add_option("--out", options.out, "folder to write to")->required();
  auto* one_case = app.add_subcommand("case", "one thing in a small log");
  AddRunOptions(*one_case, options);
  one_case->add_option("--out", options.out, "file to write; else standard output");
  one_case->add_option("--labels", options.labels, "file to write the labels to");
  auto* check = app.add_subcommand("check", "hold a simulated log to its own arithmetic");
  check->add_option("file", options.file)->required();
  FamilyOptions family_options;
  auto* families = AddFamilies(app, family_options, options);
  auto* machines = AddMachines(app, options);
  FleetCommand fleet_command;
  auto* fleet = AddFleet(app, fleet_command, options);
  auto* stated = AddStated(app, options);
  auto* list = app.add_subcommand("list", "what there is");
  CLI11_PARSE(app, argc, argv);
  if (scenario->parsed()) return RunScenario(options);
  if (one_case->parsed()) return RunCase(options);
  if (check->parsed()) return RunCheck(options);
  if (families->parsed()) return RunFamilies(family_options, options);
  if (machines->parsed()) return RunMachines(options);
  if (fleet->parsed()) return RunFleet(fleet_command, options.out);
  if (stated->parsed()) return RunStated(options);
  return list->parsed() ? List() : 2;
}

}  // namespace
}  // namespace perfleak::sim

int main(int argc, char** argv) {
  try {
    return perfleak::sim::Main(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "perfleak-sim: {}\n", error.what());
    return 2;
  }
}
