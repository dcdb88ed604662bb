package import CityEdge
import CityKernel
import CityPlatform
import Foundation
package import Logging
package import ServiceLifecycle

/// `cityos replay`: a recorded day, the clock it is lived on and the city it is played into.
package struct ReplayPlan: Sendable {
    package private(set) var opening: CityOpening
    package let clock: ReplayClock
    package let seriesID: String
    private let series: ReplaySeries

    package var speed: Double { clock.speed }

    /// - Parameters:
    ///   - seriesID: which replay of `city.yaml`; the first when `nil`.
    ///   - from: `YYYY-MM-DDTHH:mm` in Japan; the start of the series when `nil`.
    /// - Throws: `CommandFailure`.
    package init(
        opening: CityOpening, seriesID: String?, speed: Double, from: String?
    ) throws {
        let configuration = try CityFiles(reading: opening.cityFolder).configuration
        guard configuration.isDemonstration else {
            throw CommandFailure(
                .wrongInput, "\(configuration.id) is not a demonstration city",
                remedy: "play into a city whose city.yaml says `demonstration: true`")
        }
        guard ReplayClock.speedRange.contains(speed) else {
            throw CommandFailure(.wrongUse, "--speed is 1 to 10000")
        }
        let wanted = configuration.replays.first { seriesID == nil || $0.id == seriesID }
        guard let replay = wanted else {
            let known = configuration.replays.map(\.id).joined(separator: ", ")
            throw CommandFailure(
                .wrongInput, "\(configuration.id) has no replay `\(seriesID ?? "")`",
                remedy: known.isEmpty ? "add one to replays in city.yaml" : "use one of: \(known)")
        }
        let file = configuration.url(of: replay.file)
        guard let table = try? Data(contentsOf: file) else {
            throw CommandFailure(.wrongInput, "\(replay.file) cannot be read")
        }
        series = try ReplaySeries(
            table: table, file: replay.file,
            rules: ReadingRules(gauges: GaugeDirectory(configuration)))
        let start = try Self.start(from, in: series)
        self.opening = opening
        self.opening.isReplay = true
        self.seriesID = replay.id
        clock = ReplayClock(start: start, end: series.end + .hours(1), speed: speed)
    }

    private static func start(_ text: String?, in series: ReplaySeries) throws -> Timestamp {
        guard let text else { return series.start }
        guard
            let start = Timestamp(iso8601: text, offsetSeconds: CivilTime.japanOffsetSeconds),
            (series.start...series.end).contains(start)
        else {
            throw CommandFailure(
                .wrongUse, "--from is not a time of the recorded day",
                remedy: "use \(series.start.iso8601Japan) to \(series.end.iso8601Japan)")
        }
        return start
    }

    /// The worker that plays the day into `running`.
    package func feed(into running: RunningCity, logger: Logger) -> any Service {
        ReplayFeed(series: series, broker: running.city.broker, clock: clock, logger: logger)
    }
}
