// Civil time and time stamps. A moment is a double: seconds since 1970-01-01 00:00, in UTC where
// the log says its bias and in the log's local time where it does not (TimeBasis).
#ifndef PERFLEAK_BASE_TIME_H_
#define PERFLEAK_BASE_TIME_H_

#include <optional>
#include <string>
#include <string_view>

namespace perfleak {

enum class TimeBasis { kUtc, kLocal };

constexpr double kSecondsPerHour = 3600;
constexpr double kSecondsPerDay = 86400;

// Seconds since 1970-01-01 of a date and time of day in the proleptic Gregorian calendar.
// nullopt for a date that does not exist. second may be 60 (leap second).
std::optional<double> SecondsFromCivil(int year, int month, int day, int hour, int minute,
                                       double second);

// "2026-03-01T04:05:06Z" in UTC, without the Z in local time. Fractions are cut off.
std::string FormatRfc3339(double t_s, TimeBasis basis);

// "2026-03-01 04:05", for people.
std::string FormatMinute(double t_s);

// A moment a user typed: "2026-03-01", "2026-03-01 04:05[:06]", with T for the blank and an
// optional Z, all read in the basis of the log. nullopt if it is none of these.
std::optional<double> ParseUserTime(std::string_view text);

}  // namespace perfleak

#endif  // PERFLEAK_BASE_TIME_H_
