package import CityBroker
package import CityKernel
import CityVocabulary
package import Logging
import ServiceLifecycle

/// Drives the lamps of one bridge after its `LampCommand`: a frame at once on each change, frames in
/// step with an animated pattern, a keep-alive while steady. What is on the wire is told in the
/// broker as `LampState`.
///
/// Plan: 防災 ライティング防災アラート
package struct LiveLampSender: Service {
    private let engine: LampEngine

    package init(
        _ configuration: LampConfiguration, destination: LampDestination, broker: Broker,
        clock: any CityClock, logger: Logger
    ) {
        engine = LampEngine(
            configuration, destination: destination, isDrill: false, broker: broker, clock: clock,
            logger: logger)
    }

    package func run() async throws { try await engine.run() }
}

/// The same for a drill or a demonstration. It cannot be given an address outside this machine, and
/// its sACN packets carry the preview flag besides, which no live fixture may obey (E1.31 §6.2.6).
package struct DrillLampSender: Service {
    private let engine: LampEngine

    package init(
        _ configuration: LampConfiguration, destination: LoopbackDestination, broker: Broker,
        clock: any CityClock, logger: Logger
    ) {
        engine = LampEngine(
            configuration, destination: destination.destination, isDrill: true, broker: broker,
            clock: clock, logger: logger)
    }

    package func run() async throws { try await engine.run() }
}

/// What both senders do. Pacing follows the machine's steady clock, since receivers live in real
/// time even when the city replays an old night at another speed; facts carry the city's time.
struct LampEngine: Sendable {
    /// The command is read again so often, so that a lost change is made good.
    static let rereadInterval = Duration.seconds(2)
    static let reportInterval = Duration.seconds(60)
    static let discoveryInterval = Duration.seconds(SacnDiscoveryPacket.intervalSeconds)
    static let retryInterval = Duration.seconds(1)

    private let configuration: LampConfiguration
    private let wire: LampWire
    private let tally: LampTally
    private let broker: Broker
    private let frameInterval: Duration
    private let logger: Logger

    init(
        _ configuration: LampConfiguration, destination: LampDestination, isDrill: Bool,
        broker: Broker, clock: any CityClock, logger: Logger
    ) {
        let show = LampShow(configuration, isPreview: isDrill)
        self.configuration = configuration
        self.broker = broker
        self.logger = logger
        frameInterval = show.frameInterval
        tally = LampTally(bridge: configuration.patch.bridge, isDrill: isDrill, clock: clock)
        wire = LampWire(show, destination: destination, tally: tally)
    }

    func run() async throws {
        let changes = broker.changes(of: configuration.commandID)
        try await cancelWhenGracefulShutdown {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { await follow(changes) }
                group.addTask { try await every(Self.rereadInterval) { await showCommand() } }
                group.addTask { try await every(frameInterval) { await wire.tick() } }
                group.addTask { try await every(Self.retryInterval) { await openSocket() } }
                group.addTask { try await every(Self.discoveryInterval) { await wire.discover() } }
                group.addTask { try await reportNews() }
            }
        } onEnd: {
            if configuration.terminatesAtEnd { await wire.terminate() }
            await wire.close()
        }
    }

    private func follow(_ changes: AsyncStream<Change>) async {
        for await _ in changes { await showCommand() }
    }

    private func openSocket() async {
        do {
            try await wire.open()
        } catch {
            tally.fail(error)
            logger.warning("lamp socket not open", metadata: ["error": "\(error)"])
        }
    }

    /// A command that cannot be read leaves the lamps as they are: an old colour of danger is safer
    /// than none.
    private func showCommand() async {
        do {
            guard let entity = try await broker.entity(configuration.commandID) else { return }
            let command = try LampCommand(entity)
            await openSocket()
            await wire.show(command)
        } catch {
            tally.fail(error)
            logger.error("lamp command not readable", metadata: ["error": "\(error)"])
        }
    }

    // MARK: - Reports

    private func reportNews() async throws {
        var lastReport = ContinuousClock.now
        try await every(.seconds(1)) {
            let isNews = tally.takeNews()
            guard isNews || ContinuousClock.now - lastReport >= Self.reportInterval else { return }
            lastReport = ContinuousClock.now
            do {
                try await broker.apply(tally.state.facts, source: "edge/lamp")
            } catch {
                tally.keepNews()
                logger.error("lamp state not stored", metadata: ["error": "\(error)"])
            }
        }
    }

    private func every(
        _ interval: Duration, _ body: () async throws -> Void
    ) async throws {
        var next = ContinuousClock.now
        while true {
            try await body()
            // After a stall the rhythm starts anew instead of catching up.
            next = max(next + interval, ContinuousClock.now)
            try await Task.sleep(until: next, clock: .continuous)
        }
    }
}
