import CityKernel
import CityStore
import CityTesting
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@Suite("当番")
struct DutyTests {
    @Test("ふたつの過程のうち、ひとつだけが働き、止まると次が働く", arguments: TestEngine.available)
    func oneAtATime(_ engine: TestEngine) async throws {
        let clock = ManualClock(TestStores.morning)
        try await TestStores.with(engine, clock: clock) { store in
            let log = WorkLog()
            try await withThrowingTaskGroup(of: Void.self) { group in
                let first = serviceGroup("甲", store, clock, log)
                group.addTask { try await first.run() }
                try await until("甲 works") { log.working == ["甲"] }
                let second = serviceGroup("乙", store, clock, log)
                group.addTask { try await second.run() }
                // 甲 waits to renew, 乙 to ask again.
                try await until("both sleep") { clock.sleeperCount == 2 }
                for _ in 0..<20 {
                    clock.advance(by: DutyService.renewalSpan)
                    try await until("both sleep") { clock.sleeperCount == 2 }
                    #expect(log.working == ["甲"])
                }
                await first.triggerGracefulShutdown()
                try await group.next()
                #expect(log.working.isEmpty)
                try await until("乙 sleeps") { clock.sleeperCount == 1 }
                clock.advance(by: DutyService.renewalSpan)
                try await until("乙 works") { log.working == ["乙"] }
                await second.triggerGracefulShutdown()
                try await group.waitForAll()
            }
            #expect(log.mostAtOnce == 1)
        }
    }

    @Test("死んだ過程の当番は、期限が過ぎてから引きつがれる", arguments: TestEngine.available)
    func deadProcess(_ engine: TestEngine) async throws {
        let clock = ManualClock(TestStores.morning)
        try await TestStores.with(engine, clock: clock) { store in
            // What a killed process leaves behind: its lease.
            try await store.write { transaction in
                let until = clock.now + DutyService.leaseSpan
                _ = try transaction.execute(
                    "INSERT INTO store_duty (name, owner, held_until) VALUES ($1, $2, $3)",
                    [.text("仕事"), .text("死"), .integer(until.microseconds)])
            }
            let log = WorkLog()
            let next = serviceGroup("次", store, clock, log)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await next.run() }
                try await until("it sleeps") { clock.sleeperCount == 1 }
                clock.advance(by: DutyService.leaseSpan - .milliseconds(1))
                try await until("it sleeps again") { clock.sleeperCount == 1 }
                #expect(log.working.isEmpty)
                clock.advance(by: DutyService.renewalSpan)
                try await until("it works") { log.working == ["次"] }
                await next.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
    }

    @Test("当番をとられた過程は、すぐに手をとめ、戻れば始める", arguments: TestEngine.available)
    func lostDuty(_ engine: TestEngine) async throws {
        let clock = ManualClock(TestStores.morning)
        try await TestStores.with(engine, clock: clock) { store in
            let log = WorkLog()
            let only = serviceGroup("甲", store, clock, log)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await only.run() }
                try await until("it works") {
                    log.working == ["甲"] && clock.sleeperCount == 1
                }
                // As after a long sleep of the machine: another has taken over.
                let end = clock.now + .seconds(60)
                try await give("乙", until: end, in: store)
                clock.advance(by: DutyService.renewalSpan)
                try await until("it rests") { log.working.isEmpty && clock.sleeperCount == 1 }
                clock.advance(to: end)
                try await until("it works again") { log.working == ["甲"] }
                await only.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
    }

    @Test("何度とられても、仕事は終わったことにならず、戻れば始める")
    func lostAgainAndAgain() async throws {
        let clock = ManualClock(TestStores.morning)
        try await TestStores.with(.sqlite, clock: clock) { store in
            let log = WorkLog()
            let only = serviceGroup("甲", store, clock, log)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await only.run() }
                // Its end and the loss come at the same time; either may be heard of first.
                for _ in 0..<100 {
                    try await until("it works") {
                        log.working == ["甲"] && clock.sleeperCount == 1
                    }
                    let end = clock.now + .seconds(60)
                    try await give("乙", until: end, in: store)
                    clock.advance(by: DutyService.renewalSpan)
                    try await until("it rests") { log.working.isEmpty && clock.sleeperCount == 1 }
                    clock.advance(to: end)
                }
                await only.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
    }

    @Test("仕事がこわれたら、そのことが伝わる", arguments: TestEngine.available)
    func failure(_ engine: TestEngine) async throws {
        struct Broken: Error {}
        struct Failing: Service {
            func run() async throws { throw Broken() }
        }
        try await TestStores.with(engine) { store in
            let duty = DutyService(
                "仕事", store: store, owner: "甲", clock: SystemClock(), logger: .quiet
            ) { [Failing()] }
            await #expect(throws: Broken.self) { try await duty.run() }
        }
    }

    // MARK: - Steps

    private func serviceGroup(
        _ owner: String, _ store: any Store, _ clock: any CityClock, _ log: WorkLog
    ) -> ServiceGroup {
        ServiceGroup(
            services: [
                DutyService("仕事", store: store, owner: owner, clock: clock, logger: .quiet) {
                    [Work(name: owner, log: log)]
                }
            ], logger: .quiet)
    }

    private func give(_ owner: String, until end: Timestamp, in store: any Store) async throws {
        try await store.write { transaction in
            _ = try transaction.execute(
                "UPDATE store_duty SET owner = $1, held_until = $2",
                [.text(owner), .integer(end.microseconds)])
        }
    }
}

private final class WorkLog: Sendable {
    private let state = Mutex((working: Set<String>(), mostAtOnce: 0))

    var working: Set<String> { state.withLock { $0.working } }
    var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }

    func begin(_ name: String) {
        state.withLock { state in
            state.working.insert(name)
            state.mostAtOnce = max(state.mostAtOnce, state.working.count)
        }
    }

    func end(_ name: String) { state.withLock { _ = $0.working.remove(name) } }
}

private struct Work: Service {
    let name: String
    let log: WorkLog

    func run() async throws {
        log.begin(name)
        defer { log.end(name) }
        try await gracefulShutdown()
    }
}

extension Logger {
    fileprivate static var quiet: Logger {
        var logger = Logger(label: "city.test")
        logger.logLevel = .critical
        return logger
    }
}
