package import CityKernel
package import Logging
package import ServiceLifecycle

/// Runs services in only one of the processes that share a database: what speaks with a lamp or
/// reads a sensor must not do so twice.
///
/// The duty is a lease. Whoever has it renews it in good time, and stops before another may begin
/// when that fails. A process that died is followed by another after `leaseSpan` at most; one that
/// stops gracefully, after `renewalSpan`.
package struct DutyService: Service {
    /// Long enough for a database that restarts.
    package static let leaseSpan = Duration.seconds(45)
    /// How often the duty is renewed, or asked for.
    package static let renewalSpan = Duration.seconds(5)
    /// Unrenewed work ends this long before its lease does.
    static let reserveSpan = Duration.seconds(10)

    private enum Claim {
        case ours(until: Timestamp)
        case taken
        case unanswered
    }

    private enum End {
        case finished
        case lost
    }

    private let duty: DutyStore
    private let clock: any CityClock
    private let logger: Logger
    private let makeServices: @Sendable () throws -> [any Service]

    /// - Parameters:
    ///   - owner: names this process; no two running processes may share it.
    ///   - makeServices: called at the beginning of each term. When one of them ends by itself or
    ///     fails, this service does too.
    package init(
        _ name: String, store: any Store, owner: String, clock: any CityClock, logger: Logger,
        _ makeServices: @escaping @Sendable () throws -> [any Service]
    ) {
        duty = DutyStore(store: store, name: name, owner: owner)
        self.clock = clock
        self.logger = logger
        self.makeServices = makeServices
    }

    package func run() async throws {
        repeat {
            if case .ours(let until) = await claim() {
                let end = try await serve(until)
                await release()
                if end == .finished { return }
            }
        } while await pauses()
    }

    /// - Returns: false when the city stops meanwhile.
    private func pauses() async -> Bool {
        do {
            try await cancelWhenGracefulShutdown { try await clock.sleep(for: Self.renewalSpan) }
            return true
        } catch {
            return false
        }
    }

    /// One term: it ends with the services or with the duty.
    private func serve(_ until: Timestamp) async throws -> End {
        let services = try makeServices()
        guard !services.isEmpty else {
            // Cancelled or asked to stop: the same here.
            try? await gracefulShutdown()
            return .finished
        }
        logger.notice("on duty", metadata: ["duty": "\(duty.name)"])
        let group = ServiceGroup(
            configuration: .init(
                services: services.map {
                    .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
                }, logger: logger))
        return try await withThrowingTaskGroup(of: End.self) { tasks in
            tasks.addTask {
                try await group.run()
                return .finished
            }
            tasks.addTask {
                guard await losesDuty(heldUntil: until) else { return .finished }
                await group.triggerGracefulShutdown()
                return .lost
            }
            // Services that a loss ends may be heard of before the loss itself: only both together
            // say which it was. They stop at their own pace; renewing stops at once.
            var ends: Set<End> = []
            for try await end in tasks {
                ends.insert(end)
                if end == .finished { tasks.cancelAll() }
            }
            return ends.contains(.lost) ? .lost : .finished
        }
    }

    /// - Returns: true when the duty is lost, or about to end unrenewed; false when the services ended.
    private func losesDuty(heldUntil first: Timestamp) async -> Bool {
        var until = first
        while until > clock.now + Self.reserveSpan {
            // Cancelled: the services have ended.
            guard (try? await clock.sleep(for: Self.renewalSpan)) != nil else { return false }
            switch await claim() {
            case .ours(let longer): until = longer
            case .taken: return true
            case .unanswered: continue
            }
        }
        logger.warning("duty not renewed", metadata: ["duty": "\(duty.name)"])
        return true
    }

    private func claim() async -> Claim {
        do {
            return try await duty.claim(for: Self.leaseSpan).map { .ours(until: $0) } ?? .taken
        } catch {
            // Asked again soon; the store's health says what is wrong.
            return .unanswered
        }
    }

    private func release() async {
        do {
            try await duty.release()
        } catch {
            // The lease ends by itself.
            logger.warning("duty not released", metadata: ["reason": "\(error)"])
        }
    }
}
