import CityApp
import CityBroker
import CityKernel
import CityPlatform
import CityStore
import CityVocabulary
import Foundation
import Logging

/// A whole city in one process: real files, real database, a clock that we move.
struct ScenarioCity {
    static let repository = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    let running: RunningCity
    let clock: ManualClock

    var broker: Broker { running.city.broker }

    /// Opens the city in a new data folder, runs `body` and removes the folder.
    static func with<Value>(
        _ id: String, at start: Timestamp, opening change: (inout CityOpening) -> Void = { _ in },
        _ body: (ScenarioCity) async throws -> Value
    ) async throws -> Value {
        let data = FileManager.default.temporaryDirectory
            .appending(path: "city-scenario-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: data) }
        return try await open(id, data: data, at: start, opening: change, body)
    }

    static func open<Value>(
        _ id: String, data: URL, at start: Timestamp,
        opening change: (inout CityOpening) -> Void = { _ in },
        _ body: (ScenarioCity) async throws -> Value
    ) async throws -> Value {
        let clock = ManualClock(start)
        var opening = CityOpening(
            cityFolder: repository.appending(path: "Cities/\(id)"), dataFolder: data,
            durability: .relaxed)
        opening.isOpenAPI = true
        change(&opening)
        let running = try await RunningCity(
            opening, clock: clock,
            logger: Logger(label: "scenario") { _ in SwiftLogNoOpLogHandler() })
        return try await running.closing {
            try await body(ScenarioCity(running: running, clock: clock))
        }
    }

    /// A reading of the city's own gauge, told at the moment it was observed.
    func observe(_ levelCentimetres: Int?, at time: Timestamp, gauge: Int = 0) async throws {
        clock.advance(to: time)
        let reading = WaterLevelObserved(
            id: running.city.configuration.gauges[gauge].entityID,
            levelCentimetres: levelCentimetres, observedAt: time,
            quality: levelCentimetres == nil ? .missing : .measured)
        try await broker.apply(reading.facts, source: "gauge")
    }

    func pass(to time: Timestamp) async throws {
        clock.advance(to: time)
        try await broker.tick()
    }

    func stage(gauge: Int = 0) async throws -> FloodStage {
        let id = FloodStage.id(of: running.city.configuration.gauges[gauge].entityID)
        guard let entity = try await broker.entity(id) else { throw Missing(id: id) }
        return try FloodStage(entity)
    }

    func lamp() async throws -> LampCommand {
        let id = running.city.configuration.lamps[0].entityID
        guard let entity = try await broker.entity(id) else { throw Missing(id: id) }
        return try LampCommand(entity)
    }

    struct Missing: Error { var id: EntityID }
}

/// A time in Japan, such as `2020-07-04T03:10`.
func japan(_ text: String) -> Timestamp {
    guard let time = Timestamp(iso8601: text, offsetSeconds: CivilTime.japanOffsetSeconds) else {
        preconditionFailure("\(text) is not a time")
    }
    return time
}
