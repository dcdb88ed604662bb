import CityKernel
import Testing

@Suite("時刻の文字列")
struct TimestampTests {
    @Test(
        "正しいISO 8601を読む",
        arguments: [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01T00:00:00.000001Z", 1),
            ("1969-12-31T23:59:59.999999Z", -1),
            ("2020-07-03T18:50:00Z", 1_593_802_200_000_000),
            ("2020-07-04T03:50:00+09:00", 1_593_802_200_000_000),
            ("2020-07-04T03:50+09:00", 1_593_802_200_000_000),
            ("2020-07-04T03:50:00+0900", 1_593_802_200_000_000),
            ("2020-07-04T03:50:00+09", 1_593_802_200_000_000),
            ("2020-07-04 03:50:00+09:00", 1_593_802_200_000_000),
            ("2020-07-03t18:50:00z", 1_593_802_200_000_000),
            ("2020-07-03T11:20:00-07:30", 1_593_802_200_000_000),
            ("2020-07-03T18:50:00.5Z", 1_593_802_200_500_000),
            ("2020-07-03T18:50:00,25Z", 1_593_802_200_250_000),
            ("2020-07-03T18:50:00.1234567899Z", 1_593_802_200_123_456),
            ("2000-02-29T00:00:00Z", 951_782_400_000_000),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000_000),
            ("2016-12-31T23:59:60Z", 1_483_228_799_000_000),
            ("9999-12-31T23:59:59Z", 253_402_300_799_000_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
        ] as [(String, Int64)])
    func readsISO8601(text: String, microseconds: Int64) {
        #expect(Timestamp(iso8601: text)?.microseconds == microseconds)
        #expect(Timestamp(iso8601: text[...])?.microseconds == microseconds)
    }

    @Test(
        "正しくない時刻は読まない",
        arguments: [
            "", " ", "2020", "2020-07", "2020-07-04", "2020-7-4T03:50:00Z", "20200704T035000Z",
            "2020-07-04T", "2020-07-04T03", "2020-07-04T03:5", "2020-07-04T03:50:0Z",
            "2020-07-04T24:00:00Z", "2020-07-04T03:60:00Z", "2020-07-04T03:50:61Z",
            "2020-00-04T03:50:00Z", "2020-13-04T03:50:00Z", "2020-07-00T03:50:00Z",
            "2020-07-32T03:50:00Z", "2020-06-31T03:50:00Z", "2023-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2020-07-04T03:50:00",
            "2020-07-04T03:50:00.Z", "2020-07-04T03:50:00+9:00", "2020-07-04T03:50:00+09:",
            "2020-07-04T03:50:00+09:0", "2020-07-04T03:50:00+24:00", "2020-07-04T03:50:00+09:60",
            "2020-07-04T03:50:00Z ", " 2020-07-04T03:50:00Z", "2020-07-04T03:50:00ZZ",
            "2020-07-04Z", "2020-07-04+09:00", "2020/07/04T03:50:00Z", "-020-07-04T03:50:00Z",
            "2020-07-04T03:50:00+09:00:00", "2020-07-04T03:50:00 +09:00",
            "2020-07-04T03:50:00JST", "２０２０-07-04T03:50:00Z", "2020-07-04T03:50:00Z\0",
        ])
    func refusesText(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test("時間帯のない文字列は、呼ぶ側が時間帯を言ったときだけ読む")
    func zoneOfCaller() {
        let japan = CivilTime.japanOffsetSeconds
        let expected = Timestamp(iso8601: "2020-07-03T18:50:00Z")
        #expect(Timestamp(iso8601: "2020-07-04T03:50", offsetSeconds: japan) == expected)
        #expect(Timestamp(iso8601: "2020-07-03T18:50:00Z", offsetSeconds: japan) == expected)
        #expect(
            Timestamp(iso8601: "2020-07-04", offsetSeconds: japan)
                == Timestamp(iso8601: "2020-07-03T15:00:00Z"))
        #expect(Timestamp(iso8601: "2020-07-04T03:50+09:", offsetSeconds: japan) == nil)
        #expect(Timestamp(iso8601: "2020-07-04T", offsetSeconds: japan) == nil)
        #expect(Timestamp(iso8601: "2020-07-04T24:00", offsetSeconds: japan) == nil)
    }

    @Test("UTCと日本時間で書き、小数は要るときだけ書く")
    func writesISO8601() throws {
        let instant = try #require(Timestamp(iso8601: "2020-07-03T18:50:00Z"))
        #expect(instant.iso8601 == "2020-07-03T18:50:00Z")
        #expect(instant.iso8601Japan == "2020-07-04T03:50:00+09:00")
        #expect((instant + .milliseconds(5)).iso8601 == "2020-07-03T18:50:00.005Z")
        #expect((instant + .microseconds(5)).iso8601 == "2020-07-03T18:50:00.000005Z")
        var bytes = Array("at ".utf8)
        instant.appendISO8601(to: &bytes, offsetSeconds: -(7 * 3_600 + 30 * 60))
        #expect(String(decoding: bytes, as: UTF8.self) == "at 2020-07-03T11:20:00-07:30")
    }

    @Test("どの瞬間も、書いて読めば同じ瞬間に戻る")
    func roundTrip() {
        var generator = SeededGenerator(seed: 20_200_704)
        let years1To9998 = -62_135_596_800_000_000...253_370_764_799_999_999 as ClosedRange<Int64>
        for _ in 0..<5_000 {
            let instant = Timestamp(
                microseconds: .random(in: years1To9998, using: &generator))
            #expect(Timestamp(iso8601: instant.iso8601) == instant)
            #expect(Timestamp(iso8601: instant.iso8601Japan) == instant)
            let offset = Int.random(in: -1_439...1_439, using: &generator) * 60
            var bytes: [UInt8] = []
            instant.appendISO8601(to: &bytes, offsetSeconds: offset)
            #expect(Timestamp(iso8601: String(decoding: bytes, as: UTF8.self)) == instant)
        }
    }

    @Test("書けない年の瞬間は、書ける端の瞬間として書く")
    func endsOfTime() {
        #expect(Timestamp(microseconds: .max).iso8601 == "9999-12-30T23:59:59Z")
        #expect(Timestamp(microseconds: .min).iso8601 == "0000-01-02T00:00:00Z")
        #expect(Timestamp(microseconds: .max).iso8601Japan == "9999-12-31T08:59:59+09:00")
    }

    @Test("大きすぎる長さを足しても止まらず、時の端になる")
    func arithmeticStopsAtTheEnds() {
        let now = Timestamp(seconds: 1_593_802_200)
        #expect((now + .days(.max)).microseconds == .max)
        #expect((now - .days(.max)).microseconds < 0)
        #expect((now + .minutes(.min)).microseconds < 0)
        #expect(Timestamp(microseconds: .min).since(now) < .zero)
        #expect(Timestamp(microseconds: .max).since(Timestamp(microseconds: .min)) > .zero)
        #expect(Timestamp(seconds: .max).microseconds == .max)
        #expect(Timestamp(seconds: .min).microseconds == .min)
        #expect(Duration.hours(.max).microseconds == .max)
    }

    @Test("長さはマイクロ秒で数え、0に向けて切り捨てる")
    func durations() {
        #expect(Duration.nanoseconds(1_999).microseconds == 1)
        #expect(Duration.nanoseconds(-1_999).microseconds == -1)
        #expect(Duration.minutes(90) == .hours(1) + .minutes(30))
        #expect(Duration.days(2) == .hours(48))
        #expect(Duration.seconds(90).inMinutes == 1.5)
        let start = Timestamp(seconds: 100)
        #expect((start + .seconds(30)).since(start) == .seconds(30))
        #expect(start.since(start + .seconds(30)) == .seconds(-30))
        #expect(start - .seconds(30) < start)
    }
}
