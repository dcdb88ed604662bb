package import CityKernel
package import Logging

/// Opens tenants' databases.
package enum Stores {
    /// Opens the database, creating it when it is new, with the store's own tables in place.
    ///
    /// - Throws: `StoreError.unavailable` when the file or the server cannot be reached,
    ///   `.migration` when a newer program owns the database.
    package static func open(
        _ configuration: StoreConfiguration, clock: any CityClock, logger: Logger
    ) async throws -> any Store {
        let health = HealthBook(clock: clock)
        let engine = try await onThread("city-open") {
            try makeEngine(configuration, health: health, logger: logger)
        }
        let store = EngineStore(
            engine: engine, configuration: configuration, health: health, clock: clock,
            logger: logger)
        do {
            try await store.migrate(Outbox.migrations + DutyStore.migrations)
        } catch {
            await store.close()
            throw error
        }
        return store
    }

    /// Builds a tenant from a file that `Store.backUp` wrote, in a place where none is.
    ///
    /// - Throws: `StoreError.failed` when the place is taken or the backup is damaged; then nothing
    ///   was left behind.
    package static func restore(from path: String, into location: StoreLocation) async throws {
        try await onThread("city-restore") {
            switch location {
            case .sqlite(let targetPath): try SQLiteBackup.restore(from: path, to: targetPath)
            case .postgres(let url, let schema):
                let logger = Logger(label: "city.store")
                let address = try PostgreSQLAddress(url: url, schema: schema, logger: logger)
                try PostgreSQLRestore(address).read(from: path)
            }
        }
    }

    /// Removes a tenant's schema and everything in it, for tests and for a municipality that left.
    /// A SQLite tenant is a file: delete that.
    package static func erase(_ location: StoreLocation) async throws {
        guard case .postgres(let url, let schema) = location else {
            throw StoreError.failed(sql: "", message: "a SQLite tenant is erased as a file")
        }
        try await onThread("city-erase") {
            let logger = Logger(label: "city.store")
            let address = try PostgreSQLAddress(url: url, schema: schema, logger: logger)
            try PostgreSQLAdministration(address).dropSchema()
        }
    }

    private static func makeEngine(
        _ configuration: StoreConfiguration, health: HealthBook, logger: Logger
    ) throws -> any Engine {
        switch configuration.location {
        case .sqlite: try SQLiteEngine(configuration)
        case .postgres: try PostgreSQLEngine(configuration, health: health, logger: logger)
        }
    }
}
