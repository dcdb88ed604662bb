package import CityKernel
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Finished pages, kept until what they show changes or their ages would be wrong.
///
/// A page depends on topics (entity types, as a rule). `invalidate` is cheap and exact: a reader who
/// asks after it never gets a page made before it. Readers who ask for the same page while it is
/// being made wait for that one.
package final class PageCache: Sendable {
    /// Different pages kept; the one unused for longest goes first.
    package static let pagesMax = 512
    /// Bytes of all pages, plain and compressed.
    package static let bytesMax = 64 * 1_024 * 1_024
    /// Ages on pages tick by the minute, so no page lives longer than half of one.
    package static let ageMax = Duration.seconds(30)
    /// Readers who wait for pages being made; more are told to come again.
    package static let waitingMax = 20_000

    /// What tells one page from another.
    struct Key: Hashable, Sendable {
        /// Path with the query parameters that the page knows, in the order they came.
        let target: String
        let language: Language
    }

    fileprivate struct State {
        var entries: [Key: Entry] = [:]
        var bytes = 0
        var flights: [Key: Flight] = [:]
        var waiting = 0
        var topicNumbers: [String: Int] = [:]
        /// Rises with every change of the topic.
        var versions: [UInt64] = []
        var useCount: UInt64 = 0
        var flightCount: UInt64 = 0
    }

    fileprivate let state = Mutex(State())
    let clock: any CityClock

    package init(clock: any CityClock) { self.clock = clock }

    /// Pages that show these topics are made anew when asked for next.
    package func invalidate(_ topics: some Sequence<String>) {
        state.withLock { state in
            for topic in topics {
                if let number = state.topicNumbers[topic] { state.versions[number] += 1 }
            }
        }
    }

    package func invalidateAll() {
        state.withLock { state in
            for number in state.versions.indices { state.versions[number] += 1 }
        }
    }

    package var count: Int { state.withLock { $0.entries.count } }
}

// MARK: - Looking up

extension PageCache {
    /// A finished page, or `nil` when it must be made.
    func find(_ key: Key) -> Entry? {
        find(key, at: clock.now)
    }

    func find(_ key: Key, at now: Timestamp) -> Entry? {
        state.withLock { $0.find(key, at: now) }
    }

    /// The page, made by `make` when it is not there. `make` runs once for all who ask meanwhile.
    /// - Throws: what `make` throws; `Problem` when too many wait.
    func page(
        _ key: Key, topics: Set<String>, ageMax: Duration = PageCache.ageMax,
        make: () async throws -> Entry.Content
    ) async throws -> Entry {
        while true {
            switch try step(key, topics) {
            case .found(let entry): return entry
            case .wait(let flight):
                if let entry = try await land(flight) { return entry }
            // Who made the page has gone away; look again, and perhaps make it here.
            case .make(let flight):
                return try await fly(flight, key, ageMax, make)
            }
        }
    }

    private enum Step {
        case found(Entry)
        case wait(Flight)
        case make(Flight)
    }

    private func step(_ key: Key, _ topics: Set<String>) throws -> Step {
        let now = clock.now
        return try state.withLock { state in
            if let entry = state.find(key, at: now) { return .found(entry) }
            let stamps = state.stamps(topics)
            if let flight = state.flights[key], flight.stamps == stamps {
                guard state.waiting < Self.waitingMax else { throw Self.tooManyWait }
                state.waiting += 1
                return .wait(flight)
            }
            state.flightCount += 1
            let flight = Flight(number: state.flightCount, stamps: stamps)
            state.flights[key] = flight
            return .make(flight)
        }
    }

    private static let tooManyWait = Problem(
        .unavailable, title: "Too many readers at once", detail: "The page is still being made.",
        remedy: "Try again in a few seconds.")

    /// Waits until the flight lands.
    private func land(_ flight: Flight) async throws -> Entry? {
        let result = await withCheckedContinuation { waiter in
            let landed = state.withLock { _ in flight.landed(orWait: waiter) }
            if let landed { waiter.resume(returning: landed) }
        }
        state.withLock { $0.waiting -= 1 }
        return try result.get()
    }

    private func fly(
        _ flight: Flight, _ key: Key, _ ageMax: Duration,
        _ make: () async throws -> Entry.Content
    ) async throws -> Entry {
        let result: Result<Entry?, any Error>
        do {
            let content = try await make()
            result = .success(
                Entry(
                    content, number: flight.number, stamps: flight.stamps,
                    until: clock.now + ageMax))
        } catch is CancellationError {
            result = .success(nil)
        } catch {
            result = .failure(error)
        }
        let waiters = state.withLock { state in
            if state.flights[key] === flight { state.flights[key] = nil }
            if case .success(let entry?) = result { state.keep(entry, key) }
            return flight.land(result)
        }
        for waiter in waiters { waiter.resume(returning: result) }
        guard let entry = try result.get() else { throw CancellationError() }
        return entry
    }
}

extension PageCache.State {
    /// Topic numbers with their versions now.
    fileprivate mutating func stamps(_ topics: Set<String>) -> [PageCache.Stamp] {
        topics.sorted().map { topic in
            if let number = topicNumbers[topic] {
                return PageCache.Stamp(topic: number, version: versions[number])
            }
            topicNumbers[topic] = versions.count
            versions.append(0)
            return PageCache.Stamp(topic: versions.count - 1, version: 0)
        }
    }

    fileprivate mutating func find(_ key: PageCache.Key, at now: Timestamp) -> PageCache.Entry? {
        guard let entry = entries[key], now < entry.until,
            entry.stamps.allSatisfy({ versions[$0.topic] == $0.version })
        else { return nil }
        useCount += 1
        entry.lastUse = useCount
        return entry
    }

    fileprivate mutating func keep(_ entry: PageCache.Entry, _ key: PageCache.Key) {
        if let old = entries[key] {
            guard old.number < entry.number else { return }
            bytes -= old.bytes
        }
        useCount += 1
        entry.lastUse = useCount
        entries[key] = entry
        bytes += entry.bytes
        while entries.count > PageCache.pagesMax || bytes > PageCache.bytesMax {
            guard let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) else {
                return
            }
            bytes -= oldest.value.bytes
            entries[oldest.key] = nil
        }
    }
}
