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

    private struct Shelf {
        var messages: Deque<QueuedMessage> = []
        /// Every message up to this number was on the shelf, or was due later.
        var readUpTo: Int64 = 0
        /// Messages lie in the database that are not on the shelf.
        var mustRead = false
        /// Something came while the lane was being read.
        var hasNews = false
        var nextDue: Timestamp?
    }

    private struct State {
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
        state.withLock { state in
            var shelf = state.shelves[lane] ?? Shelf()
            defer { state.shelves[lane] = shelf }
            guard message.id > shelf.readUpTo else { return }
            let hasRoom =
                shelf.messages.count < Self.laneMessagesMax && state.count < Self.messagesMax
                && state.bytes + message.payload.count <= Self.bytesMax
            // Behind what is not on the shelf nothing is put on it: the order holds.
            guard hasRoom, dueAt <= now, !shelf.mustRead else {
                shelf.mustRead = true
                shelf.hasNews = true
                return
            }
            shelf.readUpTo = message.id
            shelf.messages.append(message)
            state.count += 1
            state.bytes += message.payload.count
        }
    }

    func next(of lane: OutboxLane, at now: Timestamp) -> Step {
        state.withLock { state in
            guard var shelf = state.shelves[lane] else { return .rest(.empty) }
            defer { state.shelves[lane] = shelf }
            if let message = shelf.messages.popFirst() {
                state.count -= 1
                state.bytes -= message.payload.count
                return .deliver(message)
            }
            if shelf.mustRead || shelf.nextDue.map({ $0 <= now }) ?? false {
                shelf.hasNews = false
                return .read
            }
            return .rest(shelf.nextDue.map(OutboxSchedule.Outcome.due) ?? .empty)
        }
    }

    /// Fills an empty shelf with what was read of its lane.
    func fill(_ lane: OutboxLane, with found: OutboxQueue.Found) {
        state.withLock { state in
            var shelf = state.shelves[lane] ?? Shelf()
            precondition(shelf.messages.isEmpty, "only an empty shelf is filled")
            shelf.messages = Deque(found.messages)
            state.count += found.messages.count
            state.bytes += found.messages.reduce(0) { $0 + $1.payload.count }
            shelf.readUpTo = max(shelf.readUpTo, found.messages.last?.id ?? 0)
            shelf.nextDue = found.nextDue
            shelf.mustRead = found.hasMore || shelf.hasNews
            state.shelves[lane] = shelf
        }
    }

    /// Leaves everything of the lane to the database: its receiver has to wait.
    func putAway(_ lane: OutboxLane) {
        state.withLock { state in
            var shelf = state.shelves[lane] ?? Shelf()
            state.count -= shelf.messages.count
            state.bytes -= shelf.messages.reduce(0) { $0 + $1.payload.count }
            shelf.messages = []
            shelf.mustRead = true
            state.shelves[lane] = shelf
        }
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
