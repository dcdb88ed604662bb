package import CityKernel
package import CityStore
import Foundation
import Logging
import Synchronization

/// The engines that this run can test.
package enum TestEngine: String, Sendable, CaseIterable, CustomStringConvertible {
    case sqlite, postgreSQL

    package var description: String { rawValue }

    /// SQLite always; PostgreSQL when `CITY_TEST_POSTGRES` names a server, as `./test` sees to.
    package static let available: [TestEngine] = {
        if TestStores.postgresURL != nil { return allCases }
        FileHandle.standardError.write(
            Data("CITY_TEST_POSTGRES is not set: the PostgreSQL cases are left out\n".utf8))
        return [.sqlite]
    }()
}

/// Real databases for tests: a file in a directory of its own, or a schema of its own.
package enum TestStores {
    /// A `postgres://` URL whose role may create schemas.
    package static let postgresURL = ProcessInfo.processInfo.environment["CITY_TEST_POSTGRES"]

    /// 2026-06-01 09:00 in Japan: when a test does not care, it is this late.
    package static let morning = Timestamp(seconds: 1_780_272_000)

    private static let places = Mutex(0)

    /// A place that no other test uses.
    package static func makeLocation(_ engine: TestEngine = .sqlite) throws -> StoreLocation {
        let number = places.withLock { places in
            places += 1
            return places
        }
        let name = "city_test_\(ProcessInfo.processInfo.processIdentifier)_\(number)"
        switch engine {
        case .sqlite: return .sqlite(path: try makeDirectory(name) + "/city.sqlite")
        case .postgreSQL:
            guard let postgresURL else { preconditionFailure("CITY_TEST_POSTGRES is not set") }
            return .postgres(url: postgresURL, schema: name)
        }
    }

    /// Opens a fresh store, hands it over, and leaves nothing behind.
    @discardableResult
    package static func with<Value>(
        _ engine: TestEngine = .sqlite, clock: any CityClock = SystemClock(),
        durability: StoreConfiguration.Durability = .relaxed, queueMax: Int = 65_536,
        migrations: [Migration] = [], _ body: (any Store) async throws -> Value
    ) async throws -> Value {
        let location = try makeLocation(engine)
        let configuration = StoreConfiguration(
            location: location, durability: durability, queueMax: queueMax)
        return try await with(configuration, clock: clock) { store in
            try await store.migrate(migrations)
            return try await body(store)
        }
    }

    /// Opens a store as `configuration` says, and removes the place afterwards.
    @discardableResult
    package static func with<Value>(
        _ configuration: StoreConfiguration, clock: any CityClock = SystemClock(),
        _ body: (any Store) async throws -> Value
    ) async throws -> Value {
        try await StorePlaces.shared.having {
            let store = try await open(configuration, clock: clock)
            do {
                let value = try await body(store)
                await store.close()
                try await remove(configuration.location)
                return value
            } catch {
                await store.close()
                try await remove(configuration.location)
                throw error
            }
        }
    }

    /// A second store on the same place, as a restart or another process would open it.
    package static func open(
        _ configuration: StoreConfiguration, clock: any CityClock = SystemClock()
    ) async throws -> any Store {
        var logger = Logger(label: "city.test")
        logger.logLevel = .critical
        return try await Stores.open(configuration, clock: clock, logger: logger)
    }

    /// Removes the file's directory or the schema.
    package static func remove(_ location: StoreLocation) async throws {
        switch location {
        case .sqlite(let path):
            try FileManager.default.removeItem(
                at: URL(fileURLWithPath: path).deletingLastPathComponent())
        case .postgres:
            try await Stores.erase(location)
        }
    }

    /// A new directory under the machine's place for temporary files.
    package static func makeDirectory(_ name: String) throws -> String {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("\(name)_\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url.path
    }
}
