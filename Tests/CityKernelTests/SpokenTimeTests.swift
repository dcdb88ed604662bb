import CityKernel
import Testing

@Suite("人が読む時刻")
struct SpokenTimeTests {
    /// 2020-07-04 (土) 03:50, 球磨川の氾濫の朝。
    let morning = CivilTime(year: 2020, month: 7, day: 4, hour: 3, minute: 50).timestamp

    @Test("時刻は先頭の0をつけず、分は2けた")
    func clock() {
        #expect(morning.spokenClock == "3:50")
        #expect(CivilTime(year: 2020, month: 7, day: 4).timestamp.spokenClock == "0:00")
        #expect((morning + .hours(12) + .minutes(15)).spokenClock == "16:05")
    }

    @Test("日付は日本の暦日と曜日で、言語ごとに書く")
    func date() {
        #expect(morning.spokenDate(in: .japanese) == "7月4日(土)")
        #expect(morning.spokenDate(in: .easyJapanese) == "7月4日(土曜日)")
        #expect(morning.spokenDate(in: .english) == "Sat 4 July")
        #expect(morning.spokenDate(in: .japanese, withYear: true) == "2020年7月4日(土)")
        #expect(morning.spokenDate(in: .english, withYear: true) == "Sat 4 July 2020")
    }

    @Test("7日の曜日はすべて違う")
    func weekdays() {
        let names = (0..<7).map { (morning + .days($0)).spokenDate(in: .japanese) }
        #expect(
            names == [
                "7月4日(土)", "7月5日(日)", "7月6日(月)", "7月7日(火)", "7月8日(水)",
                "7月9日(木)", "7月10日(金)",
            ])
    }

    @Test("今日は時刻だけ、別の日は日付、別の年は年もつく")
    func shortestTime() {
        #expect(morning.spoken(in: .japanese, at: morning + .hours(20)) == "3:50")
        #expect(morning.spoken(in: .japanese, at: morning + .hours(21)) == "7月4日(土) 3:50")
        #expect(morning.spoken(in: .english, at: morning + .days(1)) == "Sat 4 July 3:50")
        #expect(
            morning.spoken(in: .japanese, at: morning + .days(365)) == "2020年7月4日(土) 3:50")
    }

    @Test(
        "古さを三つの言葉で言う",
        arguments: [
            (0, "たった今", "いま", "just now"),
            (59, "たった今", "いま", "just now"),
            (60, "1分前", "1ぷん まえ", "1 min ago"),
            (179, "2分前", "2ふん まえ", "2 min ago"),
            (180, "3分前", "3ぷん まえ", "3 min ago"),
            (59 * 60 + 59, "59分前", "59ふん まえ", "59 min ago"),
            (3_600, "1時間前", "1じかん まえ", "1 h ago"),
            (4_800, "1時間20分前", "1じかん 20ぷん まえ", "1 h 20 min ago"),
            (86_399, "23時間59分前", "23じかん 59ふん まえ", "23 h 59 min ago"),
            (86_400, "1日前", "1にち まえ", "1 day ago"),
            (3 * 86_400, "3日前", "みっか まえ", "3 days ago"),
            (24 * 86_400, "24日前", "24か まえ", "24 days ago"),
            (-59, "たった今", "いま", "just now"),
            (-120, "2分後", "2ふん あと", "in 2 min"),
        ])
    func age(seconds: Int, japanese: String, easy: String, english: String) {
        let now = morning + .seconds(seconds)
        #expect(morning.spokenAge(in: .japanese, at: now) == japanese)
        #expect(morning.spokenAge(in: .easyJapanese, at: now) == easy)
        #expect(morning.spokenAge(in: .english, at: now) == english)
    }

    @Test(
        "水位はメートルで小数2けた",
        arguments: [
            (346, "3.46"), (0, "0.00"), (5, "0.05"), (-5, "-0.05"), (-120, "-1.20"),
            (1_200, "12.00"), (Int.min, "-92233720368547758.08"),
        ])
    func metres(centimetres: Int, text: String) {
        #expect(Metres.text(centimetres: centimetres) == text)
    }
}
