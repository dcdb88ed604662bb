import CityKernel
import DequeModule
import Synchronization

/// Messages that were read and wait for their turn, by lane, within limits. What finds no room stays
/// in the database, and its lane is read again when it comes to it.
///
/// Safe from several tasks: the dispatcher puts in, the couriers take out.
final class OutboxStock: Sendable {
    /// Messages in memory, all lanes together.
    static let messagesMax = 20_000
    /// Bytes of payload in memory, all lanes together.
    static let bytesMax = 64 << 20
    /// Messages of one lane in memory: a slow receiver does not take the room of all others.
    static let laneMessagesMax = 256

    fileprivate struct Shelf {
        var messages: Deque<QueuedMessage> = []
        /// Every message up to this number was on the shelf, or was due later.
        var readUpTo: Int64 = 0
        /// Messages lie in the database that are not on the shelf.
        var mustRead = false
        /// Something came while the lane was being read.
        var hasNews = false
        var nextDue: Timestamp?
    }

    /// Shelves are changed where they stand: taken out and put back, each would be copied with all its
    /// messages.
    fileprivate struct State {
        var shelves: [OutboxLane: Shelf] = [:]
        var count = 0
        var bytes = 0
    }

    private let state = Mutex(State())

    /// What a courier does next for its lane.
    enum Step {
        case deliver(QueuedMessage)
        case read
        case rest(OutboxSchedule.Outcome)
    }

    /// Takes in a message that a look found, unless its lane has it already.
    func enter(_ message: QueuedMessage, dueAt: Timestamp, at now: Timestamp) {
        let lane = OutboxLane(kind: message.kind, receiver: message.receiver)
        state.withLock { $0.enter(message, of: lane, isDue: dueAt <= now) }
    }

    /// Whether what a look finds would be left in the database.
    var isFull: Bool { state.withLock { !$0.hasRoom } }

    /// Messages up to this number wait in the database; the lane is read when it comes to it.
    func leave(_ lane: OutboxLane, upTo newest: Int64) {
        state.withLock { $0.shelves[lane, default: .init()].leave(upTo: newest) }
    }

    func next(of lane: OutboxLane, at now: Timestamp) -> Step {
        state.withLock { $0.next(of: lane, at: now) }
    }

    /// Fills an empty shelf with what was read of its lane.
    func fill(_ lane: OutboxLane, with found: OutboxQueue.Found) {
        state.withLock { $0.fill(lane, with: found) }
    }

    /// Leaves everything of the lane to the database: its receiver has to wait.
    func putAway(_ lane: OutboxLane) {
        state.withLock { $0.putAway(lane) }
    }

    /// Forgets an empty lane whose messages every later look has behind it.
    func forget(_ lane: OutboxLane, behind cursor: Int64) {
        state.withLock { state in
            guard let shelf = state.shelves[lane], shelf.messages.isEmpty, !shelf.mustRead,
                shelf.nextDue == nil, shelf.readUpTo <= cursor
            else { return }
            state.shelves[lane] = nil
        }
    }

    var counts: (messages: Int, bytes: Int, lanes: Int) {
        state.withLock { ($0.count, $0.bytes, $0.shelves.count) }
    }
}

extension OutboxStock.State {
    fileprivate var hasRoom: Bool {
        count < OutboxStock.messagesMax && bytes < OutboxStock.bytesMax
    }

    fileprivate mutating func enter(_ message: QueuedMessage, of lane: OutboxLane, isDue: Bool) {
        let hasRoom = hasRoom && bytes + message.payload.count <= OutboxStock.bytesMax && isDue
        guard shelves[lane, default: .init()].enter(message, hasRoom: hasRoom) else { return }
        count += 1
        bytes += message.payload.count
    }

    fileprivate mutating func next(of lane: OutboxLane, at now: Timestamp) -> OutboxStock.Step {
        guard let step = shelves[lane]?.next(at: now) else { return .rest(.empty) }
        if case .deliver(let message) = step {
            count -= 1
            bytes -= message.payload.count
        }
        return step
    }

    fileprivate mutating func fill(_ lane: OutboxLane, with found: OutboxQueue.Found) {
        shelves[lane, default: .init()].fill(with: found)
        count += found.messages.count
        bytes += found.messages.reduce(0) { $0 + $1.payload.count }
    }

    fileprivate mutating func putAway(_ lane: OutboxLane) {
        let messages = shelves[lane, default: .init()].putAway()
        count -= messages.count
        bytes -= messages.reduce(0) { $0 + $1.payload.count }
    }
}

extension OutboxStock.Shelf {
    /// - Returns: whether the message stands on the shelf now.
    fileprivate mutating func enter(_ message: QueuedMessage, hasRoom: Bool) -> Bool {
        guard message.id > readUpTo else { return false }
        // Behind what is not on the shelf nothing is put on it: the order holds.
        guard hasRoom, messages.count < OutboxStock.laneMessagesMax, !mustRead else {
            leave(upTo: message.id)
            return false
        }
        readUpTo = message.id
        messages.append(message)
        return true
    }

    fileprivate mutating func leave(upTo newest: Int64) {
        guard newest > readUpTo else { return }
        mustRead = true
        hasNews = true
    }

    fileprivate mutating func next(at now: Timestamp) -> OutboxStock.Step {
        if let message = messages.popFirst() { return .deliver(message) }
        if mustRead || nextDue.map({ $0 <= now }) ?? false {
            hasNews = false
            return .read
        }
        return .rest(nextDue.map(OutboxSchedule.Outcome.due) ?? .empty)
    }

    fileprivate mutating func fill(with found: OutboxQueue.Found) {
        precondition(messages.isEmpty, "only an empty shelf is filled")
        messages = Deque(found.messages)
        readUpTo = max(readUpTo, found.messages.last?.id ?? 0)
        nextDue = found.nextDue
        mustRead = found.hasMore || hasNews
    }

    fileprivate mutating func putAway() -> Deque<QueuedMessage> {
        defer { messages = [] }
        mustRead = true
        return messages
    }
}
