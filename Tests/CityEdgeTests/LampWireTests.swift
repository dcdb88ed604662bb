import CityKernel
import CityTesting
import CityVocabulary
import Testing

@testable import CityEdge

@Suite("灯具への送信")
struct LampWireTests {
    private func command(
        _ hex: String, _ pattern: LampCommand.Pattern = .steady, isAlert: Bool = false,
        reason: String = "理由"
    ) throws -> LampCommand {
        LampCommand(
            id: EntityID(type: "LampCommand", name: "mizunote"),
            colour: try #require(LampCommand.Colour(hex: hex)),
            pattern: pattern, isAlert: isAlert, schemeID: "s", reason: LocalizedText(reason),
            since: Timestamp(seconds: 0))
    }

    private func configuration(wire: LampConfiguration.Wire = .sacn) throws -> LampConfiguration {
        try LampConfiguration(
            patch: BridgePatch(
                bridge: "mizunote",
                fixtures: [
                    .init(id: "handrail", universe: 1, startChannel: 1, count: 2),
                    .init(id: "side", universe: 2, startChannel: 1, count: 1),
                ]), wire: wire)
    }

    @Test("同じ見え方の命令はやり直さず、違えばすぐ送る")
    func changesOnly() throws {
        var show = LampShow(try configuration(), isPreview: false)
        #expect(!show.isDue(at: .zero))
        let nothing = show.frame(at: .zero)
        #expect(nothing.isEmpty)
        let (white, sameWhite, red) = (
            try command("#FFFFFF"), try command("#FFFFFF", reason: "別の理由"),
            try command("#FF0000")
        )
        let isNews = show.show(white, at: .zero)
        #expect(isNews && show.isDue(at: .zero))
        let frame = show.frame(at: .zero)
        #expect(frame.map(\.universe) == [1, 2])
        let sameIsNews = show.show(sameWhite, at: .milliseconds(10))
        #expect(!sameIsNews)
        let redIsNews = show.show(red, at: .milliseconds(10))
        #expect(redIsNews && show.isDue(at: .milliseconds(10)))
    }

    @Test("始めは受信側の番号の窓を越えるまで速く、落ち着けば1秒ごとに送る")
    func pacing() throws {
        var show = LampShow(try configuration(), isPreview: false)
        let white = try command("#FFFFFF")
        _ = show.show(white, at: .zero)
        var times: [Int] = []
        for millisecond in stride(from: 0, to: 5_000, by: 10)
        where show.isDue(at: .milliseconds(millisecond)) {
            _ = show.frame(at: .milliseconds(millisecond))
            times.append(millisecond)
        }
        #expect(times.prefix(21).elementsEqual(stride(from: 0, to: 1_050, by: 50)))
        #expect(times.dropFirst(21).elementsEqual([2_000, 3_000, 4_000]))
    }

    @Test("点滅の間は1秒に20枚送り、通し番号はひとつずつ進んで回る")
    func animation() throws {
        var show = LampShow(try configuration(), isPreview: false)
        let flash = try command("#FF0000", .flash, isAlert: true)
        _ = show.show(flash, at: .zero)
        var sequences: [UInt8] = []
        for millisecond in stride(from: 0, to: 15_000, by: 10)
        where show.isDue(at: .milliseconds(millisecond)) {
            sequences.append(show.frame(at: .milliseconds(millisecond))[0].bytes[111])
        }
        #expect(sequences.count == 300)
        #expect(sequences.prefix(257).elementsEqual((0..<257).map { UInt8($0 & 255) }))
    }

    @Test("送った色がループバックの受け手に届き、警報は見せ物より優先される")
    func overLoopback() async throws {
        let lamp = try await FakeLamp()
        let tally = LampTally(bridge: "mizunote", isDrill: false, clock: SystemClock())
        let wire = LampWire(
            LampShow(try configuration(), isPreview: false),
            destination: try LampDestination("127.0.0.1", wire: .sacn, port: lamp.port),
            tally: tally)
        try await wire.open()
        await wire.show(try command("#FFFFFF"))
        var first = try #require(await lamp.next())
        if first.universe != 1 { first = try #require(await lamp.next()) }
        #expect(first.slots == [255, 255, 255, 255, 255, 255])
        #expect(first.priority == 100)
        await wire.show(try command("#FF0000", isAlert: true))
        let red = try #require(await lamp.next { $0.universe == 2 && $0.priority == 150 })
        #expect(red.slots == [255, 0, 0])
        await wire.terminate()
        let end = try #require(await lamp.next { $0.options == 0x40 })
        #expect(end.slots == [255, 0, 0, 255, 0, 0] || end.slots == [255, 0, 0])
        await wire.close()
        #expect(tally.state.framesSent >= 4)
        #expect(tally.state.colour == LampCommand.Colour(red: 255, green: 0, blue: 0))
        try await lamp.close()
    }

    @Test("送れないときは数えられ、次に送れたら消える")
    func failures() async throws {
        let tally = LampTally(bridge: "mizunote", isDrill: false, clock: SystemClock())
        let lamp = try await FakeLamp()
        let wire = LampWire(
            LampShow(try configuration(), isPreview: false),
            destination: try LampDestination("127.0.0.1", wire: .sacn, port: lamp.port),
            tally: tally)
        await wire.show(try command("#FFFFFF"))  // the socket is not open yet
        #expect(tally.state.framesFailed == 1)
        #expect(tally.state.lastError != nil)
        #expect(tally.takeNews())
        try await wire.open()
        await wire.show(try command("#FF0000"))
        _ = await lamp.next()
        await wire.close()
        #expect(tally.state.lastError == nil)
        try await lamp.close()
    }

    @Test("訓練のパケットには preview の印がつく")
    func drillIsPreview() throws {
        var show = LampShow(try configuration(), isPreview: true)
        let white = try command("#FFFFFF")
        _ = show.show(white, at: .zero)
        let frame = show.frame(at: .zero)
        #expect(frame.allSatisfy { $0.bytes[112] == 0x80 })
    }

    @Test("Art-Net でも同じ色が届く")
    func artNet() throws {
        var show = LampShow(try configuration(wire: .artNet), isPreview: false)
        let red = try command("#FF0000")
        _ = show.show(red, at: .zero)
        let frame = show.frame(at: .zero)
        #expect(frame[0].bytes.prefix(8).elementsEqual("Art-Net\0".utf8))
        #expect(Array(frame[0].bytes[12..<24]) == [1, 0, 1, 0, 0, 6, 255, 0, 0, 255, 0, 0])
        let termination = show.termination()
        #expect(termination.isEmpty)
    }
}
