import CityKernel
import CityTesting
import Logging
import Testing

@testable import CityStore

@Suite("発信箱")
struct OutboxTests {
    @Test("宛先ごとに書いた順に届き、遅い宛先は他を待たせない", arguments: TestEngine.available)
    func orderPerReceiver(_ engine: TestEngine) async throws {
        try await TestStores.with(engine) { store in
            let valve = AsyncStream.makeStream(of: Void.self)
            let fake = FakeReceiver { message in
                guard message.receiver == "遅い" else { return }
                for await _ in valve.stream {}
            }
            try await dispatching(store, fake) { _ in
                try await send((0..<90).map { ("\($0)", ["遅い", "甲", "乙"][$0 % 3]) }, to: store)
                await fake.delivered.reached(60)
                #expect(Set(fake.delivered.elements.map(\.receiver)) == ["甲", "乙"])
                valve.continuation.finish()
                await fake.delivered.reached(90)
            }
            for receiver in ["遅い", "甲", "乙"] {
                let numbers = fake.delivered.elements.filter { $0.receiver == receiver }
                    .compactMap { Int($0.text) }
                #expect(numbers.count == 30)
                #expect(numbers == numbers.sorted())
            }
            #expect(try await counts(store).waiting == 0)
        }
    }

    @Test("失敗した宛先は待ってから同じ知らせをもう一度送り、順は崩れない", arguments: TestEngine.available)
    func failureIsRetriedInOrder(_ engine: TestEngine) async throws {
        let clock = ManualClock(TestStores.morning)
        try await TestStores.with(engine, clock: clock) { store in
            let fake = FakeReceiver { message in
                if message.text == "一", message.attempts < 2 {
                    throw DeliveryError.temporary("留守")
                }
            }
            try await dispatching(store, fake, clock: clock) { _ in
                try await send([("一", "家"), ("二", "家")], to: store)
                for failures in 1...2 {
                    let retryAt = try await waitForFailures(failures, in: store)
                    let wait = retryAt.since(clock.now)
                    #expect(wait >= .milliseconds(500 * failures) && wait <= .seconds(failures))
                    #expect(fake.attempts.elements.count == failures)
                    clock.advance(to: retryAt)
                }
                await fake.delivered.reached(2)
            }
            #expect(fake.attempts.elements.map(\.text) == ["一", "一", "一", "二"])
            #expect(fake.attempts.elements.map(\.attempts) == [0, 1, 2, 0])
            #expect(Set(fake.attempts.elements.map(\.idempotencyKey)) == ["鍵 一", "鍵 二"])
            #expect(try await counts(store).failingReceivers == 0)
        }
    }

    @Test("受け付けられない知らせは死文に移り、次が届く。職員は送り直しも捨てもできる", arguments: TestEngine.available)
    func permanentFailureDies(_ engine: TestEngine) async throws {
        try await TestStores.with(engine) { store in
            let isMended = Recorder<Bool>()
            let fake = FakeReceiver { message in
                if message.text != "良", isMended.elements.isEmpty {
                    throw DeliveryError.permanent("宛先不明")
                }
            }
            try await dispatching(store, fake) { _ in
                try await send([("悪", "家"), ("醜", "家"), ("良", "家")], to: store)
                await fake.delivered.reached(1)
                let letters = try await waitForDeadLetters(2, in: store)
                #expect(letters.map(\.reason) == ["宛先不明", "宛先不明"])
                #expect(letters.map(\.attempts) == [1, 1])
                isMended.record(true)
                let outcomes = try await store.write { transaction in
                    [
                        try Outbox.resendDeadLetter(letters[0].id, in: transaction),
                        try Outbox.discardDeadLetter(letters[1].id, in: transaction),
                        try Outbox.discardDeadLetter(letters[1].id, in: transaction),
                    ]
                }
                #expect(outcomes == [true, true, false])
                await fake.delivered.reached(2)
            }
            #expect(fake.delivered.elements.map(\.text) == ["良", "悪"])
            #expect(try await counts(store).dead == 0)
        }
    }

    @Test("決めた回数を試みた知らせは死文に移る", arguments: TestEngine.available)
    func exhaustedDies(_ engine: TestEngine) async throws {
        let clock = ManualClock(TestStores.morning)
        try await TestStores.with(engine, clock: clock) { store in
            var policy = OutboxPolicy()
            policy.attemptsMax = 2
            let fake = FakeReceiver { message in
                if message.text == "悪" { throw DeliveryError.temporary("留守") }
            }
            try await dispatching(store, fake, policy: policy, clock: clock) { _ in
                try await send([("悪", "家"), ("良", "家")], to: store)
                for failures in 1...2 {
                    clock.advance(to: try await waitForFailures(failures, in: store))
                }
                await fake.delivered.reached(1)
            }
            #expect(fake.attempts.elements.map(\.text) == ["悪", "悪", "良"])
            let letters = try await waitForDeadLetters(1, in: store)
            #expect(letters.map(\.attempts) == [2])
        }
    }

    @Test("答えない宛先は時間切れになる", arguments: TestEngine.available)
    func silenceTimesOut(_ engine: TestEngine) async throws {
        let clock = ManualClock(TestStores.morning)
        try await TestStores.with(engine, clock: clock) { store in
            let fake = FakeReceiver { message in
                guard message.attempts == 0 else { return }
                for await _ in AsyncStream<Void>.makeStream().stream {}
                try Task.checkCancellation()
            }
            try await dispatching(store, fake, clock: clock) { policy in
                try await send([("一", "家")], to: store)
                await fake.attempts.reached(1)
                clock.advance(by: policy.deliverySpanMax)
                clock.advance(to: try await waitForFailures(1, in: store))
                await fake.delivered.reached(1)
            }
        }
    }

    @Test("予約した知らせは時が来てから届き、他を待たせない", arguments: TestEngine.available)
    func dueTimeIsKept(_ engine: TestEngine) async throws {
        let clock = ManualClock(TestStores.morning)
        try await TestStores.with(engine, clock: clock) { store in
            let fake = FakeReceiver()
            try await dispatching(store, fake, clock: clock) { _ in
                let later = clock.now + .hours(1)
                try await send([("後", "家")], to: store, dueAt: later)
                try await send([("先", "家")], to: store)
                await fake.delivered.reached(1)
                clock.advance(to: later - .seconds(1))
                try await send([("次", "家")], to: store)
                await fake.delivered.reached(2)
                clock.advance(to: later)
                await fake.delivered.reached(3)
            }
            #expect(fake.delivered.elements.map(\.text) == ["先", "次", "後"])
        }
    }

    @Test("他の処理が扱う宛先には、その期限が過ぎるまで触れない", arguments: TestEngine.available)
    func leaseIsRespected(_ engine: TestEngine) async throws {
        let clock = ManualClock(TestStores.morning)
        try await TestStores.with(engine, clock: clock) { store in
            let leasedUntil = clock.now + .seconds(90)
            try await store.write { transaction in
                _ = try transaction.execute(
                    """
                    INSERT INTO store_outbox_lease (kind, receiver, owner, leased_until)
                    VALUES ('fake', '家', '倒れた処理', $1)
                    """, [.integer(leasedUntil.microseconds)])
            }
            let fake = FakeReceiver()
            try await dispatching(store, fake, clock: clock) { _ in
                try await send([("一", "家"), ("二", "隣")], to: store)
                await fake.delivered.reached(1)
                clock.advance(to: leasedUntil - .seconds(1))
                try await send([("三", "隣")], to: store)
                await fake.delivered.reached(2)
                #expect(fake.delivered.elements.map(\.receiver) == ["隣", "隣"])
                clock.advance(to: leasedUntil)
                await fake.delivered.reached(3)
            }
        }
    }

    @Test("二つの処理が分け合っても、一度ずつ順に届く", arguments: TestEngine.available)
    func twoDispatchersShare(_ engine: TestEngine) async throws {
        let location = try TestStores.makeLocation(engine)
        let configuration = StoreConfiguration(location: location, durability: .relaxed)
        try await TestStores.with(configuration) { store in
            let other = try await TestStores.open(configuration)
            let fake = FakeReceiver()
            try await dispatching(store, fake, owner: "甲") { _ in
                try await dispatching(other, fake, owner: "乙") { _ in
                    for round in 0..<10 {
                        try await send(
                            (0..<30).map { ("\(round)", "家\($0)") },
                            to: round % 2 == 0 ? store : other)
                    }
                    await fake.delivered.reached(300)
                }
            }
            for house in 0..<30 {
                let rounds = fake.delivered.elements.filter { $0.receiver == "家\(house)" }
                    .map(\.text)
                #expect(rounds == (0..<10).map { "\($0)" })
            }
            #expect(try await counts(store).waiting == 0)
            await other.close()
        }
    }

    @Test("止めて始め直しても、残りが届く", arguments: TestEngine.available)
    func restartContinues(_ engine: TestEngine) async throws {
        try await TestStores.with(engine) { store in
            let stuck = FakeReceiver { message in
                guard message.text == "2" else { return }
                for await _ in AsyncStream<Void>.makeStream().stream {}
                throw CancellationError()
            }
            try await dispatching(store, stuck) { _ in
                try await send((0..<5).map { ("\($0)", "家") }, to: store)
                await stuck.attempts.reached(3)
            }
            #expect(try await counts(store).waiting == 3)
            let fake = FakeReceiver()
            try await dispatching(store, fake, owner: "後継") { _ in
                await fake.delivered.reached(3)
            }
            #expect(fake.delivered.elements.map(\.text) == ["2", "3", "4"])
            // Being stopped is not the receiver's fault.
            #expect(fake.delivered.elements.map(\.attempts) == [0, 0, 0])
        }
    }

    @Test("同じ中身を多くの宛先に一度だけ蓄え、皆に届けば消す", arguments: TestEngine.available)
    func circular(_ engine: TestEngine) async throws {
        try await TestStores.with(engine) { store in
            let fake = FakeReceiver { message in
                if message.receiver == "家 7" { throw DeliveryError.permanent("宛先不明") }
            }
            let houses = (0..<40).map { (receiver: "家 \($0)", idempotencyKey: "鍵 \($0)") }
            try await store.write { transaction in
                try transaction.send(
                    OutboxCircular(kind: "fake", receivers: houses, payload: Array("回覧".utf8)))
                try transaction.send(message("次", "家 0"))
            }
            let bodies: @Sendable (any Connection) throws -> Int? = {
                try $0.first("SELECT COUNT(*) FROM store_outbox_body") { $0.int(0) }
            }
            #expect(try await store.read(bodies) == 1)
            try await dispatching(store, fake) { _ in
                await fake.delivered.reached(40)
                try await until("an empty outbox") { try await counts(store).waiting == 0 }
            }
            #expect(try await store.read(bodies) == 0)
            let delivered = fake.delivered.elements
            #expect(delivered.filter { $0.text == "回覧" }.count == 39)
            #expect(delivered.filter { $0.receiver == "家 0" }.map(\.text) == ["回覧", "次"])
            #expect(Set(delivered.map(\.idempotencyKey)).count == 40)
            let letters = try await store.read { try Outbox.listDeadLetters(in: $0) }
            #expect(letters.map { String(decoding: $0.payload, as: UTF8.self) } == ["回覧"])
        }
    }

    @Test("手元に入りきらない量がたまっても、順に一度ずつ届く", arguments: TestEngine.available)
    func backlog(_ engine: TestEngine) async throws {
        try await TestStores.with(engine) { store in
            let large = [UInt8](repeating: UInt8(ascii: "0"), count: 1 << 20)
            let houses = (0..<(OutboxStock.bytesMax / large.count + 4)).map { "家 \($0)" }
            let valve = AsyncStream.makeStream(of: Void.self)
            let fake = FakeReceiver { message in
                guard message.payload.count == large.count else { return }
                for await _ in valve.stream {}
            }
            var policy = OutboxPolicy()
            policy.receiversMax = 2
            try await dispatching(store, fake, policy: policy) { _ in
                try await store.write { transaction in
                    try transaction.send(
                        OutboxCircular(
                            kind: "fake", receivers: houses.map { ($0, "大 \($0)") },
                            payload: large))
                }
                await fake.attempts.reached(2)
                for round in 1...3 {
                    try await send(houses.map { ("\(round)", $0) }, to: store)
                }
                valve.continuation.finish()
                await fake.delivered.reached(houses.count * 4)
            }
            for house in houses {
                let told = fake.delivered.elements.filter { $0.receiver == house }
                #expect(told.first?.payload.count == large.count)
                #expect(told.dropFirst().map(\.text) == ["1", "2", "3"])
            }
            #expect(fake.attempts.elements.count == houses.count * 4)
        }
    }

    @Test("死文は決めた数まで残り、古いものから忘れる", arguments: TestEngine.available)
    func deadLettersHaveALimit(_ engine: TestEngine) async throws {
        try await TestStores.with(engine) { store in
            let most = Outbox.deadLettersKeptMax
            try await store.write { transaction in
                _ = try transaction.execute(
                    """
                    INSERT INTO store_outbox_dead (id, kind, receiver, idempotency_key, payload,
                        queued_at, attempts, died_at, reason)
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
                    SELECT -i, 'fake', '昔', '鍵', $2, 0, 1, i, '古い' FROM n
                    """, [SQLValue(most), .blob([])])
            }
            let fake = FakeReceiver { _ in throw DeliveryError.permanent("宛先不明") }
            try await dispatching(store, fake) { _ in
                try await send([("一", "家"), ("二", "家")], to: store)
                try await until("two new letters") {
                    try await store.read { try Outbox.listDeadLetters(after: 0, in: $0) }.count == 2
                }
            }
            #expect(try await counts(store).dead <= most + 1)
            let oldest = try await store.read {
                try $0.first("SELECT MIN(died_at) FROM store_outbox_dead") { $0.int(0) }
            }
            #expect(oldest ?? 0 > 1)
        }
    }

    @Test("戻された書き込みの知らせは出ない", arguments: TestEngine.available)
    func undoneWritesSendNothing(_ engine: TestEngine) async throws {
        try await TestStores.with(engine) { store in
            let fake = FakeReceiver()
            try await dispatching(store, fake) { _ in
                await #expect(throws: CancellationError.self) {
                    try await store.write { transaction in
                        try transaction.send(message("幻", "家"))
                        throw CancellationError()
                    }
                }
                try await send([("真", "家")], to: store)
                await fake.delivered.reached(1)
            }
            #expect(fake.delivered.elements.map(\.text) == ["真"])
        }
    }

    // MARK: - Steps

    private func message(
        _ text: String, _ receiver: String, dueAt: Timestamp? = nil
    ) -> OutboxMessage {
        OutboxMessage(
            kind: "fake", receiver: receiver, idempotencyKey: "鍵 \(text)",
            payload: Array(text.utf8), dueAt: dueAt)
    }

    private func send(
        _ texts: [(String, String)], to store: any Store, dueAt: Timestamp? = nil
    ) async throws {
        let messages = texts.map { message($0.0, $0.1, dueAt: dueAt) }
        try await store.write { transaction in
            for message in messages { try transaction.send(message) }
        }
    }

    /// Runs a dispatcher while `body` runs.
    private func dispatching(
        _ store: any Store, _ receiver: FakeReceiver, policy: OutboxPolicy = .init(),
        owner: String = "処理", clock: any CityClock = SystemClock(),
        _ body: (OutboxPolicy) async throws -> Void
    ) async throws {
        var logger = Logger(label: "city.test")
        logger.logLevel = .critical
        let dispatcher = OutboxDispatcher(
            store: store, receivers: [receiver], policy: policy, owner: owner, clock: clock,
            logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await dispatcher.run() }
            try await body(policy)
            group.cancelAll()
        }
    }

    private func counts(_ store: any Store) async throws -> OutboxCounts {
        try await store.read { try Outbox.counts(in: $0) }
    }

    private func waitForDeadLetters(_ count: Int, in store: any Store) async throws -> [DeadLetter]
    {
        try await found("\(count) dead letters") {
            let letters = try await store.read { try Outbox.listDeadLetters(in: $0) }
            return letters.count >= count ? letters : nil
        }
    }

    /// - Returns: when the receiver is tried again.
    private func waitForFailures(_ failures: Int, in store: any Store) async throws -> Timestamp {
        try await found("\(failures) failures") {
            try await store.read { connection in
                try connection.first(
                    "SELECT retry_at FROM store_outbox_lease WHERE failures >= $1",
                    [SQLValue(failures)]
                ) { Timestamp(microseconds: $0.integer(0)) }
            }
        }
    }
}
