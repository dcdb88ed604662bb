package import CityKernel
package import CityStore

/// The tenants of one city (ETSI GS CIM 009 §4.14): the city's own picture, which needs no name, and
/// further ones beside it, each with a database of its own, so that nothing crosses from one to
/// another.
package actor TenantDirectory {
    /// Tenants beside the city's own; each holds a database open.
    package static let countMax = 100
    /// Characters of a tenant's name.
    package static let nameLengthMax = 64

    /// Opens the database of a tenant by its number, with the broker's tables in place.
    package typealias Opening = @Sendable (_ number: Int64, _ name: String) async throws -> Broker

    private let home: Broker
    private let opening: Opening
    private var brokers: [String: Broker] = [:]
    private let news: AsyncStream<Broker>.Continuation
    private var isOpening = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// The brokers of tenants as they are opened, for whoever runs their workers. One reader.
    package nonisolated let opened: AsyncStream<Broker>

    package init(home: Broker, opening: @escaping Opening) {
        self.home = home
        self.opening = opening
        (opened, news) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.countMax))
    }

    /// - Returns: `nil` when there is no such tenant.
    package func find(_ name: String) async throws -> Broker? {
        if let known = brokers[name] { return known }
        let number = try await home.store.read { try TenantStore.find(name, in: $0) }
        guard let number else { return nil }
        return try await open(name, number)
    }

    /// The tenant, which is made when there is none.
    /// - Throws: `Problem` of kind `badRequestData` for a name that cannot be one, `forbidden` when
    ///   there are too many.
    package func findOrMake(_ name: String) async throws -> Broker {
        if let known = brokers[name] { return known }
        try Self.check(name)
        let number = try await home.store.write { transaction in
            if let known = try TenantStore.find(name, in: transaction) { return known }
            guard try TenantStore.count(in: transaction) < Self.countMax else {
                throw Problem(
                    .tooManyResults, title: "There are too many tenants",
                    detail: "This city has at most \(Self.countMax) tenants.",
                    remedy: "Use one of the tenants that exist.")
            }
            return try TenantStore.insert(name, in: transaction)
        }
        return try await open(name, number)
    }

    /// Opens every tenant, so that what they have to deliver goes out after a restart.
    package func openAll() async throws {
        for tenant in try await Self.list(in: home.store) {
            _ = try await open(tenant.name, tenant.number)
        }
    }

    /// The tenants of the city whose own database `store` is, in the order in which they were made.
    package static func list(
        in store: any Store
    ) async throws -> [(name: String, number: Int64)] {
        // A database from before there were tenants has no list of them.
        guard try await store.hasApplied(Broker.tenantTable) else { return [] }
        return try await store.read { try TenantStore.list(in: $0) }
    }

    /// Closes their databases; the home's is its owner's to close.
    package func close() async {
        news.finish()
        for broker in brokers.values { await broker.store.close() }
        brokers = [:]
    }

    /// One database is opened at a time, and each only once.
    private func open(_ name: String, _ number: Int64) async throws -> Broker {
        while isOpening { await withCheckedContinuation { waiting.append($0) } }
        if let known = brokers[name] { return known }
        isOpening = true
        defer {
            isOpening = false
            for caller in waiting { caller.resume() }
            waiting = []
        }
        let broker = try await opening(number, name)
        brokers[name] = broker
        news.yield(broker)
        return broker
    }

    /// - Throws: `Problem` of kind `badRequestData` for a name that cannot be a tenant's.
    package static func check(_ name: String) throws(Problem) {
        let isFine =
            (1...nameLengthMax).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (97...122).contains(byte | 0x20) || (48...57).contains(byte)
                    || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
                    || byte == UInt8(ascii: ".")
            }
        if !isFine {
            throw .badData(
                "\"\(name.prefix(80))\" cannot be the name of a tenant",
                remedy: "Use letters, digits, _, - and ., at most \(nameLengthMax).")
        }
    }
}
