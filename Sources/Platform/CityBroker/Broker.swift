package import CityKernel
package import CityStore
package import Logging

/// The city's one picture of now and of the past.
///
/// Every change enters through `apply` or `write`: state, history, results of rules and matched
/// subscriptions commit together, and it returns once the commit is durable.
package final class Broker: Sendable {
    package let store: any Store
    let clock: any CityClock
    let logger: Logger
    let rules: RuleBook
    let feed = ChangeFeed()

    /// The store must have run `Broker.migrations`.
    /// - Throws: `BrokerError` when rules form a circle, two rules write one type or share a name.
    package init(
        store: any Store, rules: [any Rule], clock: any CityClock, logger: Logger
    ) throws {
        self.store = store
        self.clock = clock
        self.logger = logger
        self.rules = try RuleBook(rules)
    }
}

// MARK: - Writing

extension Broker {
    /// Makes `facts` part of the picture, with all that follows from them, in one transaction.
    ///
    /// A reading older than the present state goes to history and leaves the state; one told twice
    /// with the same `observedAt` and value is stored once.
    /// - Parameters:
    ///   - source: who says so; kept with the history.
    ///   - at: the time to act at in a replay, instead of now.
    /// - Throws: `BrokerError`, `StoreError`.
    @discardableResult
    package func apply(
        _ facts: [Fact], source: String, at: Timestamp? = nil
    ) async throws -> Applied {
        try await store.write { transaction in
            try self.apply(facts, source: source, at: at, in: transaction)
        }
    }

    /// `apply` inside a transaction that another platform store has open; the broker's part commits
    /// with the rest of it.
    @discardableResult
    package func apply(
        _ facts: [Fact], source: String, at: Timestamp? = nil, in transaction: any Transaction
    ) throws -> Applied {
        try write(source: source, at: at, in: transaction) { try $0.apply(facts) }.applied
    }

    /// Runs `body` with all verbs of `BrokerTransaction`; rules and subscriptions follow once, after
    /// it. `body` may run again: it must have no effect but on the transaction.
    @discardableResult
    package func write<Value: Sendable>(
        source: String, at: Timestamp? = nil,
        _ body: @escaping @Sendable (BrokerTransaction) throws -> Value
    ) async throws -> (value: Value, applied: Applied) {
        try await store.write { transaction in
            try self.write(source: source, at: at, in: transaction, body)
        }
    }

    /// `write` inside a transaction that another platform store has open.
    @discardableResult
    package func write<Value>(
        source: String, at: Timestamp? = nil, in transaction: any Transaction,
        _ body: (BrokerTransaction) throws -> Value
    ) throws -> (value: Value, applied: Applied) {
        throw Problem(.notSupported, title: "Not built yet", detail: "Writing is not built yet.")
    }

    /// Runs the rules that follow time, and the rules that read what those write.
    @discardableResult
    package func tick(at: Timestamp? = nil) async throws -> Applied {
        throw Problem(.notSupported, title: "Not built yet", detail: "Writing is not built yet.")
    }

    /// - Throws: `BrokerError.alreadyExists`.
    @discardableResult
    package func create(
        _ entity: Entity, source: String, at: Timestamp? = nil
    ) async throws -> Applied {
        try await write(source: source, at: at) { try $0.create(entity) }.applied
    }

    /// The entity becomes exactly `entity`: attributes it lacks are deleted.
    /// - Throws: `BrokerError.notFound`.
    @discardableResult
    package func replace(
        _ entity: Entity, source: String, at: Timestamp? = nil
    ) async throws -> Applied {
        try await write(source: source, at: at) { try $0.replace(entity) }.applied
    }

    /// Its history stays.
    /// - Throws: `BrokerError.notFound`.
    @discardableResult
    package func delete(
        _ id: EntityID, source: String, at: Timestamp? = nil
    ) async throws -> Applied {
        try await write(source: source, at: at) { try $0.delete(id) }.applied
    }

    /// Deletes the instance with `datasetID`, or the default one. Its history stays.
    /// - Throws: `BrokerError.notFound`, `.attributeNotFound`.
    @discardableResult
    package func deleteAttribute(
        _ name: String, datasetID: String? = nil, of id: EntityID, source: String,
        at: Timestamp? = nil
    ) async throws -> Applied {
        try await write(source: source, at: at) {
            try $0.deleteAttribute(name, datasetID: datasetID, of: id)
        }.applied
    }
}

// MARK: - Reading

extension Broker {
    package func entity(_ id: EntityID) async throws -> Entity? {
        throw Problem(.notSupported, title: "Not built yet", detail: "Reading is not built yet.")
    }

    /// In order of id.
    /// - Throws: `Problem` for a filter that cannot be evaluated, such as a broken pattern.
    package func entities(_ query: EntityQuery) async throws -> EntityPage {
        throw Problem(.notSupported, title: "Not built yet", detail: "Reading is not built yet.")
    }

    /// Default instances observed in `interval` (or told then, when nothing says when they were
    /// observed): the newest `limit` of them, oldest first.
    package func history(
        of id: EntityID, _ attribute: String, in interval: ClosedRange<Timestamp>,
        limit: Int = RuleLimits.historyMax
    ) async throws -> [Attribute] {
        throw Problem(.notSupported, title: "Not built yet", detail: "Reading is not built yet.")
    }

    /// Every change from now on, of every process on this database while `run` is running. A reader
    /// that is more than `ChangeFeed.bufferMax` changes behind loses the oldest.
    package func changes() -> AsyncStream<Change> { feed.stream() }

    /// Brings in what other processes on the same database change, until cancelled.
    package func run() async {}
}

extension Broker {
    /// The broker's tables, for `Store.migrate`.
    package static let migrations: [Migration] = []
}
