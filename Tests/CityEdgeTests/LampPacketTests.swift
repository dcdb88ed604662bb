import CityEdge
import CityKernel
import CityVocabulary
import Testing

@Suite("灯具の信号")
struct LampPacketTests {
    @Test("sACN のデータ パケットは E1.31 の表とバイトで一致する")
    func sacnBytes() {
        let packet = SacnPacket(
            componentID: Array(1...16), sourceName: "水の手橋", priority: 150, sequence: 7,
            options: [.preview, .streamTerminated], universe: 0x0102, slots: [0xFF, 0x80, 0x00])
        var expected: [UInt8] = [
            0x00, 0x10, 0x00, 0x00,  // preamble, postamble
            0x41, 0x53, 0x43, 0x2D, 0x45, 0x31, 0x2E, 0x31, 0x37, 0x00, 0x00, 0x00,  // ASC-E1.17
            0x70, 0x71,  // 129 - 16 = 113
            0x00, 0x00, 0x00, 0x04,
        ]
        expected += Array(1...16)
        expected += [0x70, 0x5B, 0x00, 0x00, 0x00, 0x02]  // 129 - 38 = 91
        expected += Array("水の手橋".utf8) + Array(repeating: 0, count: 64 - 12)
        expected += [150, 0x00, 0x00, 7, 0xC0, 0x01, 0x02]
        expected += [0x70, 0x0E, 0x02, 0xA1, 0x00, 0x00, 0x00, 0x01, 0x00, 0x04]  // 129 - 115
        expected += [0x00, 0xFF, 0x80, 0x00]
        #expect(packet.bytes == expected)
    }

    @Test("512チャンネルのパケットは638バイト、マルチキャストは239.255.hi.lo")
    func sacnSize() {
        let packet = SacnPacket(
            componentID: Array(repeating: 9, count: 16), sourceName: "City OS", sequence: 255,
            universe: 63_999, slots: Array(repeating: 1, count: 512))
        #expect(packet.bytes.count == 638)
        #expect(Array(packet.bytes[16..<18]) == [0x72, 0x6E])
        #expect(SacnPacket.multicastAddress(universe: 1) == "239.255.0.1")
        #expect(SacnPacket.multicastAddress(universe: 63_999) == "239.255.249.255")
    }

    @Test("ユニバースの知らせは昇順の一覧を1ページで言う")
    func discoveryBytes() {
        let bytes = SacnDiscoveryPacket(
            componentID: Array(1...16), sourceName: "City OS", universes: [300, 1]
        ).bytes
        #expect(bytes.count == 124)
        #expect(Array(bytes[16..<22]) == [0x70, 0x6C, 0, 0, 0, 8])
        #expect(Array(bytes[38..<44]) == [0x70, 0x56, 0, 0, 0, 2])
        #expect(Array(bytes[108..<124]) == [0, 0, 0, 0, 0x70, 12, 0, 0, 0, 1, 0, 0, 0, 1, 1, 44])
    }

    @Test("ArtDmx は Art-Net 4 の表とバイトで一致し、長さは偶数になる")
    func artNetBytes() {
        let packet = ArtNetPacket(sequence: 3, portAddress: 0x0123, slots: [255, 128, 0])
        #expect(
            packet.bytes == [
                0x41, 0x72, 0x74, 0x2D, 0x4E, 0x65, 0x74, 0x00, 0x00, 0x50, 0x00, 0x0E, 0x03, 0x00,
                0x23, 0x01, 0x00, 0x04, 255, 128, 0, 0,
            ])
        #expect(ArtNetPacket.next(255) == 1)
    }

    @Test("割付けは灯具の順とチャンネルの順のとおりに並ぶ")
    func patch() throws {
        let patch = try BridgePatch(
            bridge: "mizunote",
            fixtures: [
                .init(id: "a", universe: 1, startChannel: 3, count: 2, order: .rgb),
                .init(id: "b", universe: 1, startChannel: 10, count: 1, order: .grb),
                .init(id: "c", universe: 2, startChannel: 1, count: 1, order: .rgbw),
            ])
        let colour = LampCommand.Colour(red: 200, green: 100, blue: 50)
        #expect(patch.universes == [1, 2])
        #expect(
            patch.slots(universe: 1, colour: colour) == [
                0, 0, 200, 100, 50, 200, 100, 50, 0, 100, 200, 50,
            ])
        #expect(patch.slots(universe: 2, colour: colour) == [150, 50, 0, 50])
    }

    @Test(
        "割付けの間違いは名指しで断られる",
        arguments: [
            [BridgePatch.Fixture(id: "long", universe: 1, startChannel: 510, count: 2)],
            [BridgePatch.Fixture(id: "zero", universe: 0, startChannel: 1, count: 1)],
            [BridgePatch.Fixture(id: "before", universe: 1, startChannel: 0, count: 1)],
            [
                BridgePatch.Fixture(id: "first", universe: 1, startChannel: 1, count: 2),
                BridgePatch.Fixture(id: "second", universe: 1, startChannel: 6, count: 1),
            ], [],
        ])
    func wrongPatch(fixtures: [BridgePatch.Fixture]) {
        #expect(throws: Problem.self) { try BridgePatch(bridge: "b", fixtures: fixtures) }
    }

    @Test("訓練の送り手は、この機械の外の宛先を持てない")
    func drillStaysHome() throws {
        for text in ["192.168.1.20", "239.255.0.1", "0.0.0.0", "8.8.8.8", "multicast", "localhost"]
        {
            #expect(throws: Problem.self, "\(text)") { try LoopbackDestination(text, wire: .sacn) }
        }
        _ = try LoopbackDestination("127.0.0.1", wire: .sacn)
        _ = try LoopbackDestination("::1", wire: .sacn)
    }

    @Test("E1.31 が許さない設定は断られる")
    func configurationLimits() throws {
        let patch = try BridgePatch(
            bridge: "b", fixtures: [.init(id: "a", universe: 1, startChannel: 1, count: 1)])
        #expect(throws: Problem.self) { try LampConfiguration(patch: patch, keepAliveSeconds: 2.6) }
        #expect(throws: Problem.self) { try LampConfiguration(patch: patch, framesPerSecond: 45) }
        #expect(throws: Problem.self) { try LampConfiguration(patch: patch, priorityAlert: 201) }
        #expect(throws: Problem.self) { try LampConfiguration(patch: patch, priorityShow: 151) }
        let configuration = try LampConfiguration(patch: patch)
        #expect(configuration.componentID == configuration.componentID)
        #expect(configuration.componentID.count == 16)
    }
}

@Suite("灯具の見え方")
struct LampFrameTests {
    private func command(
        _ pattern: LampCommand.Pattern, period: Int = 1_000, brightness: Int = 100
    ) -> LampCommand {
        LampCommand(
            id: EntityID(type: LampCommand.entityType, name: "b"),
            colour: .init(red: 255, green: 0, blue: 10), pattern: pattern,
            periodMilliseconds: period, brightnessPercent: brightness, isAlert: true,
            schemeID: "s", reason: LocalizedText("理由"), since: Timestamp(seconds: 0))
    }

    private func lit(_ command: LampCommand, every step: Int, until end: Int) -> [Bool] {
        stride(from: 0, to: end, by: step).map {
            LampFrame(command, after: .milliseconds($0)).colour != .dark
        }
    }

    @Test("点滅は灯って始まり、半分ずつ灯る")
    func flash() {
        #expect(
            lit(command(.flash), every: 250, until: 2_000) == [
                true, true, false, false, true, true, false, false,
            ])
    }

    @Test("二度点滅は三分の一の間をおいて二度灯り、休む")
    func doubleFlash() {
        #expect(
            lit(command(.doubleFlash, period: 1_200), every: 200, until: 1_200) == [
                true, false, true, false, false, false,
            ])
    }

    @Test("どんな命令でも1秒に3回を超えて灯らない", arguments: [1, 334, 500, 1_000])
    func neverFasterThanThreeHertz(period: Int) {
        for pattern in [LampCommand.Pattern.flash, .doubleFlash] {
            let states = lit(command(pattern, period: period), every: 1, until: 10_000)
            let starts = states.indices.filter { $0 > 0 && states[$0] && !states[$0 - 1] }
            for (one, next) in zip(starts, starts.dropFirst()) { #expect(next - one >= 333) }
        }
    }

    @Test("明るさは丸めて掛かり、消灯は黒")
    func brightness() {
        let half = LampFrame(command(.steady, brightness: 50), after: .seconds(9))
        #expect(half.colour == .init(red: 128, green: 0, blue: 5))
        #expect(LampFrame(command(.off), after: .zero).colour == .dark)
    }
}
