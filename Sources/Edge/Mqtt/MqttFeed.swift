package import CityBroker
package import CityKernel
import CityStore
package import Logging
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Reads devices' messages from an MQTT server into the broker and loses none: a QoS 1 message is
/// acknowledged only after `Broker.apply` has made it durable, and the session on the server persists
/// while we are away. A message may come twice; the broker stores it once.
///
/// Waiting messages are stored together. A message that cannot be believed is acknowledged, counted
/// and kept with its reason, so that one broken device never stops the others.
package final class MqttFeed: Service {
    /// What staff see of the feed.
    package struct Health: Sendable, Hashable {
        package var isConnected = false
        package var received: Int64 = 0
        package var stored: Int64 = 0
        package var batches: Int64 = 0
        package var refused: Int64 = 0
        package var refusedByReason: [String: Int64] = [:]
        /// The newest refusals, oldest first, at most `refusalsMax`.
        package var refusals: [Refusal] = []
        package var connections: Int64 = 0
        package var lastMessageAt: Timestamp?
        package var lastFailure: String?
        package var lastFailureAt: Timestamp?
    }

    package struct Refusal: Sendable, Hashable {
        package var topic: String
        /// The beginning of the message.
        package var excerpt: String
        package var reason: MqttRefusal
        package var at: Timestamp
    }

    package static let refusalsMax = 500
    package static let excerptBytesMax = 200
    static let waitMilliseconds: Int32 = 200
    static let backoffMin = Duration.milliseconds(125)
    static let backoffMax = Duration.seconds(30)
    static let longLife = Duration.seconds(30)

    private let configuration: MqttConfiguration
    private let readers: [any MqttReader]
    private let broker: Broker
    private let clock: any CityClock
    private let logger: Logger
    private let state = Mutex(Health())

    package convenience init(
        _ configuration: MqttConfiguration, mappings: [MqttMapping], rules: ReadingRules,
        broker: Broker, clock: any CityClock, logger: Logger
    ) {
        self.init(
            configuration, readers: [MqttDecoder(mappings: mappings, rules: rules)],
            broker: broker, clock: clock, logger: logger)
    }

    /// - Parameter readers: the first one that knows a topic reads its messages.
    init(
        _ configuration: MqttConfiguration, readers: [any MqttReader], broker: Broker,
        clock: any CityClock, logger: Logger
    ) {
        self.configuration = configuration
        self.readers = readers
        self.broker = broker
        self.clock = clock
        self.logger = logger
    }

    package var health: Health { state.withLock { $0 } }

    package func run() async throws {
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        try await cancelWhenGracefulShutdown {
            try await self.keepConnected(on: thread)
        } onEnd: {
            // Ending a pool that runs nothing cannot fail in a way that matters.
            try? await thread.shutdownGracefully()
        }
    }

    private func keepConnected(on thread: NIOThreadPool) async throws {
        var backoff = Self.backoffMin
        while true {
            let began = ContinuousClock.now
            do {
                let (configuration, filters) = (configuration, readers.flatMap(\.filters))
                let connection = try await thread.runIfActive {
                    try MqttConnection(configuration, filters: filters)
                }
                try await serve(connection, on: thread)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                note(failure: error)
            }
            // Two processes with one name push each other out; short lives must not spin.
            let wasLongLived = ContinuousClock.now - began >= Self.longLife
            backoff = wasLongLived ? Self.backoffMin : min(backoff * 2, Self.backoffMax)
            try await Task.sleep(for: backoff)
        }
    }

    private func serve(_ connection: MqttConnection, on thread: NIOThreadPool) async throws {
        var wasConnected = false
        while true {
            if Task.isCancelled {
                note(isConnected: false)
                try await thread.runIfActive { connection.close() }
                throw CancellationError()
            }
            let (batch, isConnected) = try await thread.runIfActive {
                (
                    try connection.gather(timeoutMilliseconds: Self.waitMilliseconds),
                    connection.isConnected
                )
            }
            if isConnected && !wasConnected {
                wasConnected = true
                note(isConnected: true)
            }
            guard !batch.isEmpty else { continue }
            try await store(batch)
            try await thread.runIfActive { try connection.acknowledge() }
        }
    }
}

// MARK: - Storing

extension MqttFeed {
    /// Returns once every message is durable or refused.
    /// - Throws: `StoreError` when nothing is known to be stored; the batch comes again.
    private func store(_ batch: [MqttMessage]) async throws {
        let now = clock.now
        var good: [(message: MqttMessage, intake: Intake)] = []
        for message in batch {
            switch read(message, now: now) {
            case .foreign: refuse(message, .noMapping, shownAs: message.shownTopic, at: now)
            case .taken(let intake): good.append((message, intake))
            case .refused(let reason, let topic, let noting):
                refuse(message, reason, shownAs: topic, at: now)
                if let noting { good.append((message, noting)) }
            }
        }
        do {
            try await apply(good.map(\.intake))
        } catch let error as BrokerError where good.count > 1 {
            logger.notice("a batch is stored singly", metadata: ["reason": "\(error)"])
            for (message, intake) in good { try await storeAlone(message, intake, at: now) }
        } catch let error as BrokerError {
            for (message, _) in good {
                refuse(
                    message, .refusedByBroker(error.problem.detail), shownAs: message.shownTopic,
                    at: now)
            }
        }
        state.withLock { state in
            state.received += Int64(batch.count)
            state.batches += 1
            state.lastMessageAt = now
        }
    }

    private func read(_ message: MqttMessage, now: Timestamp) -> MqttReading {
        for reader in readers {
            let reading = reader.read(message, now: now)
            if case .foreign = reading { continue }
            return reading
        }
        return .foreign
    }

    private func storeAlone(
        _ message: MqttMessage, _ intake: Intake, at now: Timestamp
    ) async throws {
        do {
            try await apply([intake])
        } catch let error as BrokerError {
            refuse(
                message, .refusedByBroker(error.problem.detail), shownAs: message.shownTopic,
                at: now)
        }
    }

    private func apply(_ intakes: [Intake]) async throws {
        guard !intakes.isEmpty else { return }
        let broker = broker
        let facts = intakes.flatMap(\.facts)
        try await broker.store.write { transaction in
            if !facts.isEmpty { try broker.apply(facts, source: "edge/mqtt", in: transaction) }
            for step in intakes.flatMap(\.also) { try step(transaction, broker) }
        }
        state.withLock { $0.stored += Int64(facts.count) }
    }

    private func refuse(
        _ message: MqttMessage, _ reason: MqttRefusal, shownAs topic: String, at now: Timestamp
    ) {
        let excerpt = String(decoding: message.payload.prefix(Self.excerptBytesMax), as: UTF8.self)
        let refusal = Refusal(
            topic: topic, excerpt: excerpt, reason: reason, at: now)
        state.withLock { state in
            state.refused += 1
            state.refusedByReason[reason.key, default: 0] += 1
            if state.refusals.count == Self.refusalsMax { state.refusals.removeFirst() }
            state.refusals.append(refusal)
        }
    }

    private func note(isConnected: Bool) {
        state.withLock { state in
            state.isConnected = isConnected
            if isConnected { state.connections += 1 }
        }
    }

    private func note(failure: any Error) {
        let now = clock.now
        let words = String(describing: failure)
        let isNews = state.withLock { state in
            defer {
                state.isConnected = false
                state.lastFailure = words
                state.lastFailureAt = now
            }
            return state.isConnected || state.lastFailure != words
        }
        logger.log(
            level: isNews ? .warning : .debug, "MQTT connection failed",
            metadata: ["error": "\(words)"])
    }
}
