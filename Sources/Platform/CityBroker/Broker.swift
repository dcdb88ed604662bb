package import CityKernel
package import CityStore
package import Logging
import Synchronization

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
    let names = NameBook()
    /// What writers know without asking the database.
    let entities = EntityBook()
    /// No other process uses the database, so that readers too may believe what is remembered.
    let isAlone: Bool
    /// Only where this process is alone.
    let answers: AnswerBook?
    let subscriptionBook = SubscriptionBook()
    let expiries: ExpiryBook
    let registrationBook = RegistrationBook()
    private let followers = Mutex<[any ChangeFollower]>([])
    package let contexts: ContextLibrary
    package let history: HistorySettings
    /// `nil` when nobody looks whether data fits its type.
    package let inspection: Inspection?
    /// For every address that a subscriber, a context source or an @context names.
    package let outbound: OutboundClient
    private let tokens: TokenCounter
    /// Tells this process's notifications from those of others.
    let origin: String

    /// How far ahead of the clock `observedAt` may stand and still keep earlier readings out of the
    /// state.
    package static let observedAheadMax = Duration.hours(1)

    /// The store must have run `Broker.migrations`.
    /// - Throws: `BrokerError` when rules form a circle, two rules write one type or share a name.
    package init(
        store: any Store, rules: [any Rule], clock: any CityClock, logger: Logger,
        outbound: OutboundClient = OutboundClient(), history: HistorySettings = .init(),
        inspection: Inspection? = nil,
        origin: UInt64 = .random(in: .min ... .max)
    ) throws {
        self.store = store
        self.clock = clock
        self.logger = logger
        self.rules = try RuleBook(rules)
        self.history = history
        self.inspection = inspection.flatMap { $0.mode == .off ? nil : $0 }
        self.outbound = outbound
        let name = String(origin, radix: 36)
        self.origin = name
        let tokens = TokenCounter(name)
        self.tokens = tokens
        contexts = ContextLibrary(
            keeping: .init(
                store: store, clock: clock, fetcher: ContextFetcher(outbound),
                token: tokens.next, origin: name))
        switch store.location {
        case .sqlite:
            isAlone = true
            answers = AnswerBook()
        case .postgres:
            isAlone = false
            answers = nil
        }
        expiries = ExpiryBook(isShared: !isAlone)
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
        try await expire()
        return try await store.write { transaction in
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
        try await expire()
        return try await store.write { transaction in
            try self.write(source: source, at: at, in: transaction, body)
        }
    }

    /// `write` inside a transaction that another platform store has open.
    @discardableResult
    package func write<Value>(
        source: String, at: Timestamp? = nil, in transaction: any Transaction,
        _ body: (BrokerTransaction) throws -> Value
    ) throws -> (value: Value, applied: Applied) {
        let work = BrokerTransaction(self, transaction, source: source, at: at)
        let value = try body(work)
        return (value, try conclude(work, isTick: false))
    }

    /// Runs the rules that follow time, and the rules that read what those write.
    @discardableResult
    package func tick(at: Timestamp? = nil) async throws -> Applied {
        try await store.write { transaction in
            let work = BrokerTransaction(self, transaction, source: "tick", at: at)
            return try self.conclude(work, isTick: true)
        }
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
        guard isAlone else { return try await read { try $0.entity(id) } }
        try await expire()
        if let known = entities.find(id) {
            if known.isDeleted { return nil }
            if let shown = try known.entity(id, name: names.getName) { return shown }
        }
        let ticket = entities.holdForReading(id)
        let record: EntityRecord?
        let entity: Entity?
        do {
            (record, entity) = try await read { try $0.recordAndEntity(id) }
        } catch {
            if let ticket { entities.release(id, readingTicket: ticket, as: nil) }
            throw error
        }
        if let ticket { entities.release(id, readingTicket: ticket, as: record) }
        return entity
    }

    /// In order of id.
    /// - Throws: `Problem` for a filter that cannot be evaluated, such as a broken pattern.
    package func entities(_ query: EntityQuery) async throws -> EntityPage {
        if let answers {
            try await expire()
            if let known = answers.find(query) { return known }
        }
        let search = try EntitySearch(query)
        let stamp = answers?.stamp(of: query)
        let page = try await read { try search.page(through: $0) }
        if let stamp { answers?.keep(page, of: query, stamp) }
        return page
    }

    /// Default instances observed in `interval` (or told then, when nothing says when they were
    /// observed): the newest `limit` of them, oldest first.
    package func history(
        of id: EntityID, _ attribute: String, in interval: ClosedRange<Timestamp>,
        limit: Int = RuleLimits.historyMax
    ) async throws -> [Attribute] {
        try await read { try $0.history(of: id, attribute, in: interval, limit: limit) }
    }

    /// How each rule failed, since it first did.
    package func ruleFailures() async throws -> [RuleFailure] {
        try await store.read { try RuleFailureStore.list(in: $0) }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (EntityReader) throws -> Value
    ) async throws -> Value {
        try await expire()
        let names = names
        return try await store.read { connection in
            try body(
                EntityReader(
                    connection: connection,
                    names: NameStore(names, connection, isSnapshot: true)))
        }
    }

    /// The city's time.
    package var now: Timestamp { clock.now }

    /// Every change from now on, of every process on this database while `run` is running. A reader
    /// that is more than `ChangeFeed.bufferMax` changes behind loses the oldest.
    /// - Parameter id: whose changes are heard; `nil` for everybody's.
    package func changes(of id: EntityID? = nil) -> AsyncStream<Change> { feed.stream(of: id) }

    /// Calls `observer` with the changes of each commit before `apply` returns, for caches that must
    /// not be older than what a writer has seen. It must be quick and must not wait.
    package func observe(_ observer: @escaping @Sendable ([Change]) -> Void) {
        feed.observe(observer)
    }

    /// Brings in what other processes on the same database change, until cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.followRegistrations() }
            group.addTask { await self.followChanges() }
            group.addTask { await self.contexts.run() }
        }
    }

    private func followChanges() async {
        for await text in store.listen(to: Self.changeChannel) {
            guard let changes = ChangeMessage.read(text, ignoring: origin) else { continue }
            feed.publish(changes)
        }
    }

    static let changeChannel = "broker.change"
}

// MARK: - What follows a change

extension Broker {
    /// Rules, subscriptions and news, once for everything that the transaction wrote.
    private func conclude(_ work: BrokerTransaction, isTick: Bool) throws -> Applied {
        var run = RuleRun(work, isTick: isTick)
        if !rules.isEmpty, isTick || !work.changes.isEmpty { try run.run() }
        try follow(work)
        if !work.rollUps.isEmpty {
            try RollUpWriter(connection: work.transaction).write(work.rollUps)
        }
        let touched = work.changes.list.filter(\.touchesState)
        let told = work.changes.list.filter(\.isTold)
        if !told.isEmpty { try SubscriptionMatching(work).run(over: told) }
        try publish(touched, of: work)
        return Applied(
            changed: touched.map(\.id), created: touched.filter(\.isCreated).map(\.id),
            failedRules: run.failedRules)
    }

    /// From now on `follower` sees what each transaction changed, before it commits.
    package func add(_ follower: some ChangeFollower) {
        followers.withLock { $0.append(follower) }
    }

    private func follow(_ work: BrokerTransaction) throws {
        let followers = followers.withLock { $0 }
        if followers.isEmpty { return }
        let changes = work.changes.list
        for follower in followers {
            for change in changes
            where follower.follows(change.id) && !change.isDeleted && !change.attributes.isEmpty {
                try follower.follow(change.id, attributes: change.attributes, in: work)
            }
        }
    }

    /// A text that no other process and no other call gets.
    package func nextToken() -> String { tokens.next() }

    private func publish(_ touched: [EntityChange], of work: BrokerTransaction) throws {
        let changes = touched.map {
            Change(
                sequence: 0, entityID: $0.id, types: $0.types, attributes: $0.attributes,
                isDeletion: $0.isDeleted, at: work.now)
        }
        if !isAlone {
            for text in ChangeMessage.write(changes, origin: origin) {
                try work.transaction.notify(Self.changeChannel, text)
            }
        }
        let committed = work.committed
        if let next = work.firstExpiry {
            work.transaction.afterCommit { [expiries] in expiries.note(next) }
        }
        let types = work.touchedTypes
        if changes.isEmpty, committed.names.isEmpty, committed.entities.isEmpty, types.isEmpty {
            return
        }
        work.transaction.afterCommit { [self] in
            answers?.note(types)
            for (number, name) in committed.names { names.learn(number, name) }
            entities.release(committed.entities)
            feed.publish(changes)
        }
    }
}

/// Texts that no other process and no other call gets.
private final class TokenCounter: Sendable {
    private let origin: String
    private let count = Atomic<Int64>(0)

    init(_ origin: String) { self.origin = origin }

    func next() -> String { "\(origin)-\(count.add(1, ordering: .relaxed).newValue)" }
}
