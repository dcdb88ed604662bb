package import CityBroker
package import CityKernel
import DequeModule
package import NIOCore
import Synchronization

/// Tells open pages which nouns changed. Only published types leave, and of them only names: values
/// are read from pages and APIs, with the rights of whoever reads.
package final class EventHub: Sendable {
    /// Open event streams; the next reader falls back to reloading.
    package static let clientsMax = 5_000
    /// Events that wait for one slow client; then it is cut off and resumes by its last id.
    package static let waitingPerClientMax = 256
    /// Events kept for clients that come back.
    package static let rememberedMax = 1_024
    /// Silence after which proxies and phones drop a stream is longer than this.
    package static let heartbeatEvery = Duration.seconds(20)

    fileprivate struct Event {
        let number: Int64
        let types: [String]
        let bytes: ByteBuffer
    }

    fileprivate struct Client {
        let types: Set<String>
        let stream: AsyncStream<ByteBuffer>.Continuation
    }

    fileprivate struct State {
        var last: Int64 = 0
        var remembered: Deque<Event> = []
        var clients: [Int: Client] = [:]
        var nextClient = 0
        var isClosed = false
    }

    fileprivate let state = Mutex(State())
    private let publishedTypes: Set<String>
    /// Tells the events of this process from those before a restart.
    private let epoch: String

    /// - Parameter publishedTypes: entity types that anybody may hear of.
    package init(publishedTypes: Set<String>, startedAt: Timestamp) {
        self.publishedTypes = publishedTypes
        epoch = String(startedAt.microseconds, radix: 36)
    }

    package var clientCount: Int { state.withLock { $0.clients.count } }

    /// Follows what the broker commits.
    package func publish(_ changes: [Change]) {
        for change in changes {
            let types = change.types.filter(publishedTypes.contains)
            if !types.isEmpty { publish(change, types) }
        }
    }

    private func publish(_ change: Change, _ types: [String]) {
        let data: JSONValue = [
            "id": .string(change.entityID.description),
            "types": .array(types.map { .string($0) }),
            "attributes": .array(change.attributes.sorted().map { .string($0) }),
            "deleted": .bool(change.isDeletion), "at": .string(change.at.iso8601),
        ]
        let text = data.text
        let cutOff = state.withLock { state in
            state.last += 1
            let bytes = ByteBuffer(
                string: "id: \(epoch)-\(state.last)\nevent: change\ndata: \(text)\n\n")
            let event = Event(number: state.last, types: types, bytes: bytes)
            if state.remembered.count == Self.rememberedMax { state.remembered.removeFirst() }
            state.remembered.append(event)
            return state.send(bytes) { types.contains(where: $0.types.contains) }
        }
        for stream in cutOff { stream.finish() }
    }

    /// Keeps streams alive and finds those that are gone.
    package func beat() {
        let comment = ByteBuffer(string: ":\n\n")
        let cutOff = state.withLock { $0.send(comment) { _ in true } }
        for stream in cutOff { stream.finish() }
    }

    /// Ends every stream, so that the server can stop.
    package func close() {
        let streams = state.withLock { state in
            state.isClosed = true
            defer { state.clients = [:] }
            return state.clients.values.map(\.stream)
        }
        for stream in streams { stream.finish() }
    }
}

extension EventHub.State {
    /// - Returns: streams of clients that are too slow; they end outside the lock, since ending one
    ///   calls back.
    fileprivate mutating func send(
        _ bytes: ByteBuffer, to isMeant: (EventHub.Client) -> Bool
    ) -> [AsyncStream<ByteBuffer>.Continuation] {
        var cutOff: [AsyncStream<ByteBuffer>.Continuation] = []
        for (id, client) in clients where isMeant(client) {
            guard case .dropped = client.stream.yield(bytes) else { continue }
            clients[id] = nil
            cutOff.append(client.stream)
        }
        return cutOff
    }
}

// MARK: - Clients

extension EventHub {
    /// A stream of server-sent events.
    /// - Parameters:
    ///   - asked: entity types; empty means all that are published.
    ///   - lastID: the `Last-Event-ID` of a client that comes back. What it missed is sent first; when
    ///     that is no longer known, an event `reset` tells it to read everything anew.
    /// - Throws: `Problem` when there are too many clients.
    package func open(
        types asked: Set<String>, after lastID: String?
    ) throws -> AsyncStream<ByteBuffer> {
        let types = asked.isEmpty ? publishedTypes : asked.intersection(publishedTypes)
        let (stream, continuation) = AsyncStream.makeStream(
            of: ByteBuffer.self, bufferingPolicy: .bufferingOldest(Self.waitingPerClientMax))
        let id = try state.withLock { state in
            guard state.clients.count < Self.clientsMax, !state.isClosed else {
                throw Self.tooManyClients
            }
            state.nextClient += 1
            // The retry spreads clients that lost the same server at the same moment.
            let retry = 2_000 + state.nextClient % 8 * 500
            continuation.yield(ByteBuffer(string: "retry: \(retry)\n\n"))
            for bytes in missed(since: lastID, types, in: state) { continuation.yield(bytes) }
            state.clients[state.nextClient] = Client(types: types, stream: continuation)
            return state.nextClient
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.clients.removeValue(forKey: id) }
        }
        return stream
    }

    private func missed(
        since lastID: String?, _ types: Set<String>, in state: State
    ) -> [ByteBuffer] {
        guard let lastID else { return [] }
        let parts = lastID.split(separator: "-")
        let reset = ByteBuffer(
            string: "id: \(epoch)-\(state.last)\nevent: reset\ndata: {}\n\n")
        guard parts.count == 2, parts[0] == epoch, let number = Int64(parts[1]),
            number <= state.last
        else { return [reset] }
        let isKnown = number >= (state.remembered.first?.number ?? state.last + 1) - 1
        guard isKnown else { return [reset] }
        let missed = state.remembered.filter { event in
            event.number > number && event.types.contains(where: types.contains)
        }
        return missed.count < Self.waitingPerClientMax ? missed.map(\.bytes) : [reset]
    }

    private static let tooManyClients = Problem(
        .unavailable, title: "Too many live pages are open",
        detail: "This page stays readable and reloads by itself.",
        remedy: "Reload the page to see newer values.")
}
