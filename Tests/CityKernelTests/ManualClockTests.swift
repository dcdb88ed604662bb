import CityKernel
import Testing

@Suite("手で進める時計")
struct ManualClockTests {
    let start = Timestamp(seconds: 1_593_802_200)

    @Test("進めた分だけ進み、後戻りしない")
    func moves() {
        let clock = ManualClock(start)
        #expect(clock.now == start)
        clock.advance(by: .minutes(5))
        #expect(clock.now == start + .minutes(5))
        clock.advance(to: start)
        #expect(clock.now == start + .minutes(5))
    }

    @Test("過ぎた時刻まで眠ると、すぐ起きる")
    func pastDeadline() async throws {
        let clock = ManualClock(start)
        try await clock.sleep(until: start)
        try await clock.sleep(for: .seconds(-1))
    }

    @Test("締切の早い者だけが起き、ほかは眠りつづける")
    func wakesWhoIsDue() async throws {
        let clock = ManualClock(start)
        let late = Task { try await clock.sleep(for: .minutes(10)) }
        await clock.untilAsleep()
        let early = Task { try await clock.sleep(for: .minutes(5)) }
        await clock.untilAsleep(2)
        clock.advance(by: .minutes(5))
        try await early.value
        #expect(clock.sleeperCount == 1)
        clock.advance(by: .minutes(5) - .microseconds(1))
        #expect(clock.sleeperCount == 1)
        clock.advance(by: .microseconds(1))
        #expect(clock.sleeperCount == 0)
        try await late.value
    }

    @Test("眠っている間に取り消すと、時計が進まなくても起きる")
    func cancelsASleeper() async {
        let clock = ManualClock(start)
        let sleeper = Task { try await clock.sleep(for: .days(1)) }
        await clock.untilAsleep()
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        clock.advance(by: .days(2))  // waking twice would trap
        #expect(clock.now == start + .days(2))
    }

    @Test("取り消された仕事は眠れない")
    func cancelledTaskDoesNotSleep() async {
        let clock = ManualClock(start)
        let gate = ManualClock(start)
        let task = Task {
            // Ends by cancellation, which leaves the task cancelled.
            await #expect(throws: CancellationError.self) { try await gate.sleep(for: .days(1)) }
            try await clock.sleep(for: .days(1))
        }
        await gate.untilAsleep()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("多くの者が同時に眠っても、一度ですべて起きる")
    func wakesEveryone() async throws {
        let clock = ManualClock(start)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for second in 1...200 {
                group.addTask { try await clock.sleep(for: .seconds(second)) }
            }
            await clock.untilAsleep(200)
            clock.advance(by: .seconds(200))
            try await group.waitForAll()
        }
    }

    @Test("機械の時計は、過ぎた時刻を待たず、取り消されれば起きる")
    func systemClock() async throws {
        let clock = SystemClock()
        let before = clock.now
        try await clock.sleep(until: before)
        #expect(clock.now >= before)
        let sleeper = Task { try await clock.sleep(for: .days(1)) }
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
    }
}
