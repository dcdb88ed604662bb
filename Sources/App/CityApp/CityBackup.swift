import CityBroker
package import CityKernel
import CityPlatform
import CityStore
import Foundation
package import Logging

/// A city's backup: the file of its own database, and beside it one for each tenant, named
/// `FILE.tenant-NUMBER`. The list of tenants stands in the city's own.
package struct CityBackup: Sendable {
    package var path: String
    private let opening: CityOpening
    private let cityID: String
    private let clock: any CityClock
    private let logger: Logger

    /// - Throws: `CommandFailure` when the city's files cannot be read.
    package init(
        _ path: String, of opening: CityOpening, clock: any CityClock = SystemClock(),
        logger: Logger
    ) throws {
        self.path = path
        self.opening = opening
        self.clock = clock
        self.logger = logger
        cityID = try CityFiles(reading: opening.cityFolder).configuration.id
    }

    package func path(ofTenant number: Int64) -> String { "\(path).tenant-\(number)" }

    // MARK: - Writing

    /// Copies the databases while they are in use. The city's own comes last: while it is missing, the
    /// backup is not whole.
    /// - Parameter progress: 0...1, of all databases together.
    /// - Returns: every file that was written, the city's own last.
    /// - Throws: `StoreError`; then what was written of it is gone.
    package func write(progress: @escaping @Sendable (Double) -> Void) async throws -> [String] {
        var written: [String] = []
        do {
            var tenants = try await tenantNumbers()
            let total = Double(tenants.count + 1)
            while let number = tenants.first {
                let done = Double(written.count)
                try await copy(tenant: number, to: path(ofTenant: number)) {
                    progress(min(1, (done + $0) / total))
                }
                written.append(path(ofTenant: number))
                tenants.removeFirst()
            }
            let done = Double(written.count)
            try await copy(tenant: nil, to: path) { progress(min(1, (done + $0) / total)) }
            written.append(path)
            // Who came meanwhile stands in the list that was copied.
            for number in try await tenantNumbers()
            where !written.contains(path(ofTenant: number)) {
                try await copy(tenant: number, to: path(ofTenant: number)) { _ in }
                written.insert(path(ofTenant: number), at: 0)
            }
            return written
        } catch {
            for file in written { Self.remove(file) }
            throw error
        }
    }

    private func copy(
        tenant: Int64?, to path: String, progress: @escaping @Sendable (Double) -> Void
    ) async throws {
        try await withStore(tenant: tenant) { store in
            try await store.backUp(to: path, progress: progress)
        }
    }

    private func tenantNumbers() async throws -> [Int64] {
        try await withStore(tenant: nil) { try await TenantDirectory.list(in: $0).map(\.number) }
    }

    // MARK: - Reading

    /// Brings every database back into a place where there is none.
    /// - Returns: how many databases.
    /// - Throws: `StoreError` when a place is taken, or a file is missing or damaged.
    package func restore() async throws -> Int {
        try await Stores.restore(from: path, into: configuration(nil).location)
        let tenants = try await tenantNumbers()
        for number in tenants {
            try await Stores.restore(
                from: path(ofTenant: number), into: configuration(number).location)
        }
        return tenants.count + 1
    }

    private func configuration(_ tenant: Int64?) -> StoreConfiguration {
        opening.storeConfiguration(cityID: cityID, tenant: tenant)
    }

    private func withStore<Value>(
        tenant: Int64?, _ body: (any Store) async throws -> Value
    ) async throws -> Value {
        let store = try await Stores.open(configuration(tenant), clock: clock, logger: logger)
        do {
            let value = try await body(store)
            await store.close()
            return value
        } catch {
            await store.close()
            throw error
        }
    }

    private static func remove(_ path: String) {
        for file in [path, path + ".sha256"] {
            // What cannot be removed is refused by the next attempt, by name.
            try? FileManager.default.removeItem(atPath: file)
        }
    }
}
