import CityKernel
import Testing

@Suite("暦")
struct CivilTimeTests {
    @Test("日本の暦日は15時(UTC)に変わる")
    func japaneseDay() throws {
        let before = CivilTime(try #require(Timestamp(iso8601: "2020-07-03T14:59:59.999999Z")))
        #expect((before.month, before.day, before.hour, before.minute) == (7, 3, 23, 59))
        #expect((before.second, before.microsecond) == (59, 999_999))
        let after = CivilTime(try #require(Timestamp(iso8601: "2020-07-03T15:00:00Z")))
        #expect((after.month, after.day, after.hour, after.minute) == (7, 4, 0, 0))
        #expect(after == CivilTime(year: 2020, month: 7, day: 4))
    }

    @Test(
        "曜日は日曜を0として数える",
        arguments: [
            (1970, 1, 1, 4), (2000, 2, 29, 2), (2020, 7, 4, 6), (2024, 2, 29, 4),
            (2026, 11, 24, 2), (1900, 1, 1, 1), (1868, 1, 25, 6), (1, 1, 1, 1),
        ])
    func weekday(year: Int, month: Int, day: Int, weekday: Int) {
        #expect(CivilTime(year: year, month: month, day: day).weekday == weekday)
    }

    @Test(
        "うるう年の2月は29日まで",
        arguments: [
            (2020, 29), (2023, 28), (2024, 29), (1900, 28), (2000, 29), (2100, 28), (2400, 29),
        ])
    func february(year: Int, days: Int) {
        #expect(CivilTime.daysInMonth(year: year, month: 2) == days)
    }

    @Test("どの月の長さも、翌月1日との差に等しい")
    func lengthsOfMonths() {
        for year in 1890...2110 {
            for month in 1...12 {
                let next = month == 12 ? (year + 1, 1) : (year, month + 1)
                let length =
                    CivilTime.days(year: next.0, month: next.1, day: 1)
                    - CivilTime.days(year: year, month: month, day: 1)
                #expect(Int(length) == CivilTime.daysInMonth(year: year, month: month))
            }
        }
    }

    @Test("400年のすべての日が、日数と暦日で行き来でき、曜日が1つずつ進む")
    func everyDay() {
        let first = CivilTime.days(year: 1800, month: 1, day: 1)
        var weekday = CivilTime(year: 1800, month: 1, day: 1).weekday
        for day in first..<first + 146_097 {
            let civil = CivilTime(Timestamp(seconds: day * 86_400), offsetSeconds: 0)
            guard CivilTime.days(year: civil.year, month: civil.month, day: civil.day) == day,
                civil.weekday == weekday
            else {
                Issue.record("\(civil)")
                return
            }
            weekday = (weekday + 1) % 7
        }
    }

    @Test("どの瞬間も、暦を通って同じ瞬間に戻る")
    func roundTrip() {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<5_000 {
            let instant = Timestamp(
                microseconds: .random(in: -(1 << 57)...(1 << 57), using: &generator))
            let offset = Int.random(in: -1_439...1_439, using: &generator) * 60
            #expect(CivilTime(instant, offsetSeconds: offset).timestamp == instant)
        }
    }
}
