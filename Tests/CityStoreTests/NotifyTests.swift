import CityKernel
import CityStore
import CityTesting
import Testing

@Suite("呼びかけ")
struct NotifyTests {
    @Test("コミットした呼びかけだけが、書いた順に届く", arguments: TestEngine.available)
    func committedCallsArrive(_ engine: TestEngine) async throws {
        try await TestStores.with(engine) { store in
            var calls = store.listen(to: "town").makeAsyncIterator()
            try await store.write { try $0.notify("town", "一 🌊") }
            await #expect(throws: CancellationError.self) {
                try await store.write { transaction in
                    try transaction.notify("town", "幻")
                    throw CancellationError()
                }
            }
            try await store.write { transaction in
                try transaction.notify("other", "よそ")
                try transaction.notify("town", "二")
            }
            #expect(await calls.next() == "一 🌊")
            #expect(await calls.next() == "二")
        }
    }

    @Test("他の処理にも届く", .enabled(if: TestStores.postgresURL != nil))
    func otherProcessesHear() async throws {
        let location = try TestStores.makeLocation(.postgreSQL)
        let configuration = StoreConfiguration(location: location)
        try await TestStores.with(configuration) { store in
            let other = try await TestStores.open(configuration)
            var calls = other.listen(to: "town").makeAsyncIterator()
            try await store.write { try $0.notify("town", "隣へ") }
            #expect(await calls.next() == "隣へ")
            await other.close()
        }
    }

    @Test("長すぎる呼びかけは断る", arguments: TestEngine.available)
    func longCallIsRefused(_ engine: TestEngine) async throws {
        try await TestStores.with(engine) { store in
            await #expect(throws: StoreError.self) {
                try await store.write { transaction in
                    try transaction.notify("town", String(repeating: "水", count: 3_000))
                }
            }
        }
    }

    @Test("閉じると聞く側も終わる", arguments: TestEngine.available)
    func closingEndsListening(_ engine: TestEngine) async throws {
        try await TestStores.with(engine) { store in
            var calls = store.listen(to: "town").makeAsyncIterator()
            await store.close()
            #expect(await calls.next() == nil)
        }
    }
}
