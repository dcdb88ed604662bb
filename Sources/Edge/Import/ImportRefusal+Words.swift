import CityKernel

extension ImportRefusal {
    /// What is wrong, and how to mend it.
    struct Words: Sendable {
        static let unsaid = Words("読めません", "よめません", "It cannot be read", "", "", "")

        var message: LocalizedText
        var remedy: LocalizedText

        init(_ message: LocalizedText, _ remedy: LocalizedText) {
            self.message = message
            self.remedy = remedy
        }

        init(
            _ message: String, _ easy: String, _ english: String, _ remedy: String,
            _ remedyEasy: String, _ remedyEnglish: String
        ) {
            self.message = LocalizedText(message, easy: easy, en: english)
            self.remedy = LocalizedText(remedy, easy: remedyEasy, en: remedyEnglish)
        }
    }

    /// Words of every reason that has words of its own.
    static let words: [Reason: Words] = ofCells.merging(ofRows) { first, _ in first }
        .merging(ofFiles) { first, _ in first }
        .merging(ofPublishers) { first, _ in first }

    private static let ofCells: [Reason: Words] = [
        .notANumber: Words(
            "数ではありません", "かずでは ありません", "This is not a number",
            "単位や「約」を除き、12.5 のように入れてください", "12.5 の ように かいて ください",
            "Leave out units and words, write 12.5"),
        .notAWholeNumber: Words(
            "整数ではありません", "1、2、3の ような かずでは ありません", "This is not a whole number",
            "120 のように入れてください", "120 の ように かいて ください", "Write 120"),
        .notAFlag: Words(
            "「ある・ない」がわかりません", "「ある・ない」が わかりません", "This is neither yes nor no",
            "有・無、○・×、1・0 のどれかにしてください", "○か ×を かいて ください",
            "Write one of 有 無, ○ ×, 1 0, yes no"),
        .notADate: Words(
            "日付ではありません", "日づけでは ありません", "This is not a date",
            "2026-07-04 のように入れてください", "2026-07-04 の ように かいて ください",
            "Write 2026-07-04"),
        .notATimeOfDay: Words(
            "時刻ではありません", "じかんでは ありません", "This is not a time of day",
            "09:00 のように入れてください", "09:00 の ように かいて ください", "Write 09:00"),
        .notADateAndTime: Words(
            "日時ではありません", "日づけと じかんでは ありません", "This is not a date and time",
            "2026-07-04T03:50 のように入れてください", "2026-07-04T03:50 の ように かいて ください",
            "Write 2026-07-04T03:50"),
        .notJSON: Words(
            "JSONとして読めません", "JSONでは ありません", "This is not JSON",
            "[\"a\", \"b\"] のような形にしてください", "[\"a\", \"b\"] の ように かいて ください",
            "Write it like [\"a\", \"b\"]"),
        .cellEmpty: Words(
            "空です", "なにも ありません", "This is empty",
            "この列には値が必要です", "この れつには あたいが いります", "This column needs a value"),
    ]

    private static let ofRows: [Reason: Words] = [
        .rowEmpty: Words(
            "取り込む列がすべて空です", "れつが ぜんぶ からです", "Every column that is taken is empty",
            "空の行なら消してください", "からの ぎょうは けして ください", "Delete the row if it says nothing"),
        .rowTooLong: Words(
            "列が見出しより多いです", "れつが おおいです", "The row has more columns than the header",
            "「,」を含む値は引用符(\")で囲んでください", "「,」の ある ところは \" で かこんで ください",
            "Put values that hold a comma between quotation marks (\")"),
        .idEmpty: Words(
            "行を見分ける値が空です", "ばんごうが ありません", "The row has nothing to be known by",
            "番号を入れてください", "ばんごうを かいて ください", "Write its number"),
        .idTooLong: Words(
            "番号が長すぎます", "ばんごうが ながいです", "The number is too long",
            "短い番号の列を選んでください", "みじかい ばんごうの れつを えらんで ください",
            "Choose a column of shorter numbers"),
        .idTwice: Words(
            "{1}行目と同じ番号で、中身が違います", "{1}ぎょうめと おなじ ばんごうです。なかみは ちがいます",
            "It has the number of line {1} and says something else",
            "どちらかを直すか、行を見分ける列を加えてください", "どちらかを なおして ください",
            "Correct one of them, or add a column that tells them apart"),
        .timeEmpty: Words(
            "日時がありません", "日づけと じかんが ありません", "It names no time",
            "観測した日時を入れてください", "はかった 日と じかんを かいて ください",
            "Write when it was observed"),
        .timeInvalid: Words(
            "日時として読めません", "日づけと じかんが よめません", "The time cannot be read",
            "2026-07-04T03:50 の形にしてください", "2026-07-04T03:50 の ように かいて ください",
            "Write 2026-07-04T03:50"),
        .timeInFuture: Words(
            "未来の日時です", "まだ きて いない 日です", "The time lies in the future",
            "日時を確かめてください", "日づけを 見なおして ください", "Check the time"),
        .geometryInvalid: Words(
            "場所の形が正しくありません", "ばしょの かたちが ちがいます", "The geometry is not valid",
            "GeoJSONを確かめてください", "GeoJSONを 見なおして ください", "Check the GeoJSON"),
        .coordinatesNotNumbers: Words(
            "緯度・経度が数ではありません", "ばしょの かずが よめません",
            "Latitude and longitude are not numbers",
            "32.2100, 130.7625 のように、両方を度で入れてください",
            "32.2100, 130.7625 の ように ふたつ かいて ください",
            "Write both in degrees, like 32.2100, 130.7625"),
        .coordinatesSwapped: Words(
            "緯度と経度が逆です", "ばしょの かずが ぎゃくです", "Latitude and longitude are swapped",
            "緯度(32など)と経度(130など)の列を入れ替えてください", "ふたつの れつを いれかえて ください",
            "Swap the columns of latitude (such as 32) and longitude (such as 130)"),
        .notOnEarth: Words(
            "地球の上の場所ではありません", "ちきゅうの ばしょでは ありません", "No such place is on earth",
            "緯度と経度を度で入れてください", "ばしょの かずを 見なおして ください",
            "Write latitude and longitude in degrees"),
    ]

    private static let ofPublishers: [Reason: Words] = [
        .unreachable: Words(
            "配信元につながりません", "データの もとに つながりません", "The publisher cannot be reached",
            "", "", ""),
        .addressRefused: Words(
            "市のネットワークの中のアドレスなので、取りに行きません", "市の なかの アドレスです。とりに いきません",
            "The address lies in the city's own network and is not asked", "", "", ""),
        .timedOut: Words(
            "{1}秒待っても返事がありません", "{1}びょう まっても へんじが ありません",
            "No answer within {1} seconds", "", "", ""),
        .answerTooLarge: Words(
            "大きすぎます({1}バイトまで)", "大きすぎます", "The answer is too large ({1} bytes at most)",
            "", "", ""),
        .statusUnexpected: Words(
            "配信元が{1}を返しました", "データの もとの へんじは {1} です", "The publisher answered {1}",
            "", "", ""),
    ]
}
