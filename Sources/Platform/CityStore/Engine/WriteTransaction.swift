import CityKernel

/// The `Transaction` that bodies see; one instance serves the writer's whole life.
final class WriteTransaction: Transaction {
    /// How far the effects had grown when a savepoint was set, to cut them back with it.
    struct Mark {
        fileprivate var actions: Int
        fileprivate var notifications: Int
        fileprivate var outboxMessages: Int
    }

    private let session: any WriterSession
    private(set) var now = Timestamp(microseconds: 0)
    private var actions: [@Sendable () -> Void] = []
    private var notifications: [StoreNotification] = []
    private var outboxMessages = 0
    /// Statements that may have changed rows since the transaction began.
    private(set) var statementCount = 0
    private(set) var groupNumber = 0
    private var isAlone = true

    init(session: any WriterSession) { self.session = session }

    var mark: Mark {
        Mark(
            actions: actions.count, notifications: notifications.count,
            outboxMessages: outboxMessages)
    }

    var epoch: Int64 { session.epoch }

    /// - Parameter isAlone: a failure must be told to the one write that met it.
    func start(at now: Timestamp, isAlone: Bool) {
        self.now = now
        self.isAlone = isAlone
        groupNumber += 1
        statementCount = 0
        cut(to: Mark(actions: 0, notifications: 0, outboxMessages: 0))
    }

    func cut(to mark: Mark) {
        actions.removeLast(actions.count - mark.actions)
        notifications.removeLast(notifications.count - mark.notifications)
        outboxMessages = mark.outboxMessages
    }

    /// What to tell listeners with the commit.
    func pendingNotifications() -> [StoreNotification] {
        guard outboxMessages > 0 else { return notifications }
        return notifications + [StoreNotification(channel: Outbox.channel, payload: "sent")]
    }

    func takeActions() -> [@Sendable () -> Void] {
        defer { actions.removeAll(keepingCapacity: true) }
        return actions
    }

    // MARK: - Transaction

    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        statementCount += 1
        return try session.execute(sql, arguments)
    }

    func executeLater(_ sql: String, _ arguments: [SQLValue]) throws {
        statementCount += 1
        if isAlone {
            _ = try session.execute(sql, arguments)
        } else {
            try session.executeLater(sql, arguments)
        }
    }

    func forEach(_ sql: String, _ arguments: [SQLValue], _ visit: (any Row) throws -> Bool) throws {
        if !sql.hasPrefix("SELECT") { statementCount += 1 }
        try session.forEach(sql, arguments, visit)
    }

    func savepoint<Value>(_ body: () throws -> Value) throws -> Value {
        statementCount += 1
        try session.markSavepoint()
        let mark = mark
        do {
            let value = try body()
            if let error = session.fate.error { throw error }
            try session.releaseSavepoint()
            return value
        } catch {
            // After worse than a broken statement there is no savepoint left to return to.
            switch session.fate {
            case .sound, .broken: try session.rollBackToSavepoint()
            case .conflicted, .undone, .lost, .unknown: break
            }
            cut(to: mark)
            throw error
        }
    }

    func send(_ message: OutboxMessage) throws {
        try Outbox.insert(message, in: self)
        outboxMessages += 1
    }

    func send(_ circular: OutboxCircular) throws {
        if circular.receivers.isEmpty { return }
        try Outbox.insert(circular, in: self)
        outboxMessages += circular.receivers.count
    }

    func afterCommit(_ action: @escaping @Sendable () -> Void) { actions.append(action) }

    func notify(_ channel: String, _ payload: String) throws {
        guard channel.utf8.count + payload.utf8.count <= StoreNotification.bytesMax else {
            throw StoreError.failed(
                sql: "NOTIFY \(channel)",
                message: "the payload is longer than \(StoreNotification.bytesMax) bytes")
        }
        notifications.append(StoreNotification(channel: channel, payload: payload))
    }
}
