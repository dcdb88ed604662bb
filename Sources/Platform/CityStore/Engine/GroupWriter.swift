import CityKernel
import Logging

/// The one writer: takes waiting writes in groups and shares one durable commit among them. When one
/// of them must be undone, the group runs once more with a savepoint for each.
final class GroupWriter: Sendable {
    private let line: WaitingLine<PendingWrite>
    private let queueMax: Int
    private let thread: WorkThread

    init(
        engine: any Engine, configuration: StoreConfiguration, health: HealthBook,
        clock: any CityClock, logger: Logger
    ) {
        let line = WaitingLine<PendingWrite>(countMax: configuration.queueMax)
        let groupSizeMax = configuration.groupSizeMax
        self.line = line
        queueMax = configuration.queueMax
        thread = WorkThread(name: "city-writer") {
            engine.withWriter { session in
                let shift = WriterShift(
                    session: session, health: health, clock: clock, logger: logger)
                while true {
                    let group = line.take(max: groupSizeMax)
                    if group.isEmpty { break }
                    shift.write(group)
                }
            }
        }
    }

    var waitingWrites: Int { line.count }

    func submit(_ write: PendingWrite) {
        do throws(WaitingLine<PendingWrite>.Refusal) {
            try line.append(write)
        } catch {
            switch error {
            case .full: write.answer(StoreError.busy(queueMax: queueMax))
            case .closed: write.answer(StoreError.closed)
            }
        }
    }

    /// Refuses new writes; those that wait are still written.
    func stop() { line.close() }

    func ended() async { await thread.ended() }
}

/// The writer's life on its thread.
private final class WriterShift {
    /// How one try at a group ended.
    private enum Attempt {
        case committed
        /// Nothing of it is stored, and the same writes may succeed when run again, alone.
        case conflicted(StoreError)
        /// Nothing of it is stored: one write was to be undone, and there was no savepoint for it.
        case spoilt
        /// Nothing of it is stored, and the connection is gone.
        case lost(StoreError)
        case failed(StoreError)
    }

    /// A conflict or a lost connection is met this many times before the write is refused.
    private static let attemptsMax = 5

    private let session: any WriterSession
    private let transaction: WriteTransaction
    private let health: HealthBook
    private let clock: any CityClock
    private let logger: Logger
    private var bodyErrors: [(any Error)?] = []

    init(
        session: any WriterSession, health: HealthBook, clock: any CityClock, logger: Logger
    ) {
        self.session = session
        self.health = health
        self.clock = clock
        self.logger = logger
        transaction = WriteTransaction(session: session)
    }

    func write(_ group: [PendingWrite]) {
        switch attemptUntilConnected(group[...]) {
        case .committed: break
        case .failed(let error), .lost(let error): refuse(group[...], error)
        case .conflicted(let error) where group.count == 1: retry(group[...], error)
        case .conflicted, .spoilt:
            for index in group.indices {
                let alone = group[index...index]
                switch attemptUntilConnected(alone) {
                case .committed: break
                case .failed(let error), .lost(let error): refuse(alone, error)
                case .conflicted(let error): retry(alone, error)
                case .spoilt: preconditionFailure("a write alone needs no savepoint")
                }
            }
        }
    }

    private func retry(_ alone: ArraySlice<PendingWrite>, _ first: StoreError) {
        // A constraint that spoke up at the commit is about this write, and will not change its mind.
        if case .constraint = first {
            for write in alone { write.answer(first) }
            return
        }
        var last = first
        for _ in 1..<Self.attemptsMax {
            switch attemptUntilConnected(alone) {
            case .committed: return
            case .failed(let error), .lost(let error): return refuse(alone, error)
            case .conflicted(let error): last = error
            case .spoilt: preconditionFailure("a write alone needs no savepoint")
            }
        }
        refuse(alone, last)
    }

    /// A connection that is found dead before anything was committed costs the writes nothing: they
    /// run again on a new one.
    private func attemptUntilConnected(_ group: ArraySlice<PendingWrite>) -> Attempt {
        var last = StoreError.unavailable("")
        for _ in 0..<Self.attemptsMax {
            do {
                try session.connect()
            } catch {
                return .failed(StoreError(caught: error))
            }
            // A savepoint for each write is dear (SQLite copies every page that it touches, PostgreSQL
            // answers it), and hardly ever used.
            var attempt = attempt(group, isCareful: false)
            if case .spoilt = attempt { attempt = self.attempt(group, isCareful: true) }
            guard case .lost(let error) = attempt else { return attempt }
            logger.warning("connection lost", metadata: ["reason": "\(error.summary)"])
            last = error
        }
        return .lost(last)
    }

    /// - Parameter isCareful: each write of a group has a savepoint of its own.
    private func attempt(_ group: ArraySlice<PendingWrite>, isCareful: Bool) -> Attempt {
        transaction.start(at: clock.now, isAlone: group.count == 1)
        bodyErrors.removeAll(keepingCapacity: true)
        do {
            try session.begin()
            for write in group {
                try run(
                    write, hasSavepoint: isCareful && group.count > 1, isAlone: group.count == 1)
            }
            if group.count == 1, bodyErrors[0] != nil {
                session.rollBack()
            } else {
                try session.commit(notifying: transaction.pendingNotifications())
                health.enterCommit(writes: bodyErrors.count { $0 == nil })
            }
        } catch is SpoiltGroup {
            session.rollBack()
            return .spoilt
        } catch {
            let fate = session.fate
            session.rollBack()
            switch fate {
            case .conflicted(let error): return .conflicted(error)
            case .lost(let error): return .lost(error)
            case .broken(let error), .undone(let error), .unknown(let error):
                return .failed(error)
            case .sound: return .failed(StoreError(caught: error))
            }
        }
        answer(group)
        return .committed
    }

    private struct SpoiltGroup: Error {}

    /// Runs one body; its failure is noted and undone. Throws only what ends the whole transaction.
    private func run(_ write: PendingWrite, hasSavepoint: Bool, isAlone: Bool) throws {
        if hasSavepoint { try session.markSavepoint() }
        let mark = transaction.mark
        let statementCount = transaction.statementCount
        do {
            try write.run(in: transaction)
            if let error = session.fate.error { throw error }
            bodyErrors.append(nil)
        } catch {
            switch session.fate {
            case .conflicted(let fatal), .undone(let fatal), .lost(let fatal),
                .unknown(let fatal):
                throw fatal
            case .broken where !isAlone && !hasSavepoint: throw SpoiltGroup()
            case .sound, .broken: break
            }
            if hasSavepoint {
                try session.rollBackToSavepoint()
            } else if !isAlone, transaction.statementCount != statementCount {
                throw SpoiltGroup()
            }
            transaction.cut(to: mark)
            bodyErrors.append(error)
            return
        }
        if hasSavepoint { try session.releaseSavepoint() }
    }

    /// What follows the commit in this process comes before the answers: who has written reads no
    /// page or cache older than the write.
    private func answer(_ group: ArraySlice<PendingWrite>) {
        for action in transaction.takeActions() { action() }
        for (write, error) in zip(group, bodyErrors) { write.answer(error) }
    }

    private func refuse(_ group: ArraySlice<PendingWrite>, _ error: StoreError) {
        health.enter(error)
        logger.error(
            "writes refused", metadata: ["writes": "\(group.count)", "reason": "\(error.summary)"])
        for write in group { write.answer(error) }
    }
}
