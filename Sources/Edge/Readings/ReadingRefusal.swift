package import CityKernel

/// Why a row or message is not believed. Raw values are the keys of reports.
package enum ReadingRefusal: String, Error, Sendable, Hashable, CaseIterable {
    case lineEmpty, headerRepeated, fieldCount, lineTooLong, notUTF8
    case quoteUnclosed, quoteMisplaced
    case timeEmpty, timeInvalid, timeInFuture
    case gaugeEmpty, gaugeUnknown
    case levelNotANumber, levelOutOfRange, unitUnknown
    /// The same gauge and time with another level; the earlier row stays.
    case contradictsEarlierLine

    package init(_ fault: CSVFault.Reason) {
        switch fault {
        case .quoteUnclosed: self = .quoteUnclosed
        case .quoteMisplaced: self = .quoteMisplaced
        case .invalidUTF8: self = .notUTF8
        case .recordTooLong: self = .lineTooLong
        case .tooManyFields: self = .fieldCount
        }
    }

    /// What is wrong, for the person who made the file.
    package var message: LocalizedText {
        switch self {
        case .lineEmpty:
            LocalizedText(
                "行が空です", easy: "なにも ない ぎょうです",
                en: "The line is empty")
        case .headerRepeated:
            LocalizedText(
                "見出しの行がもう一度あります", easy: "れつの なまえが もう一度 あります",
                en: "The header stands there again")
        case .fieldCount:
            LocalizedText(
                "列の数が見出しと違います", easy: "れつの かずが ちがいます",
                en: "The number of columns is not that of the header")
        case .lineTooLong:
            LocalizedText(
                "行が長すぎます", easy: "ぎょうが ながいです",
                en: "The line is too long")
        case .notUTF8:
            LocalizedText(
                "文字コードがUTF-8ではありません", easy: "文字が よめません",
                en: "The text is not UTF-8")
        case .quoteUnclosed:
            LocalizedText(
                "引用符(\")が閉じていません", easy: "\" が とじて いません",
                en: "A quotation mark (\") is not closed")
        case .quoteMisplaced:
            LocalizedText(
                "引用符(\")のあとに余分な文字があります", easy: "\" の あとに 文字が あります",
                en: "There is text after a closing quotation mark (\")")
        case .timeEmpty:
            LocalizedText(
                "日時がありません", easy: "日づけと じかんが ありません",
                en: "It names no time")
        case .timeInvalid:
            LocalizedText(
                "日時として読めません", easy: "日づけと じかんが よめません",
                en: "The time cannot be read")
        case .timeInFuture:
            LocalizedText(
                "未来の日時です", easy: "まだ きて いない 日です",
                en: "The time lies in the future")
        case .gaugeEmpty:
            LocalizedText(
                "観測所の番号がありません", easy: "はかる ばしょの ばんごうが ありません",
                en: "It names no gauge")
        case .gaugeUnknown:
            LocalizedText(
                "知らない観測所です", easy: "しらない ばしょです",
                en: "The gauge is not known")
        case .levelNotANumber:
            LocalizedText(
                "水位が数ではありません", easy: "水の たかさが かずでは ありません",
                en: "The level is not a number")
        case .levelOutOfRange:
            LocalizedText(
                "水位がありえない値です", easy: "ありえない たかさです",
                en: "No river has that level")
        case .unitUnknown:
            LocalizedText(
                "単位がわかりません", easy: "単位が わかりません",
                en: "The unit is not known")
        case .contradictsEarlierLine:
            LocalizedText(
                "同じ観測所・日時で前の行と違う水位です", easy: "まえの ぎょうと ちがいます",
                en: "An earlier line has another level for the same gauge and time")
        }
    }

    /// How to mend it.
    package var remedy: LocalizedText {
        switch self {
        case .lineEmpty:
            LocalizedText(
                "空の行を消してください",
                easy: "からの ぎょうを けして ください",
                en: "Delete empty lines")
        case .headerRepeated:
            LocalizedText(
                "見出しは1行目だけにしてください",
                easy: "なまえは 1ぎょうめだけに して ください",
                en: "Keep the header on the first line only")
        case .fieldCount:
            LocalizedText(
                "日時・水位・観測所の列をそろえ、数に「,」を使わないでください",
                easy: "れつの かずを そろえて ください",
                en: "Give time, level and gauge each a column, and no comma inside numbers")
        case .lineTooLong:
            LocalizedText(
                "改行が抜けていないか確かめてください",
                easy: "ファイルを 見なおして ください",
                en: "Check that no line break is missing")
        case .notUTF8:
            LocalizedText(
                "UTF-8で保存し直してください",
                easy: "UTF-8で ほぞんして ください",
                en: "Save it as UTF-8")
        case .quoteUnclosed:
            LocalizedText(
                "引用符を閉じるか、消してください",
                easy: "\" を なおして ください",
                en: "Close the quotation mark or delete it")
        case .quoteMisplaced:
            LocalizedText(
                "引用符で項目全体を囲んでください",
                easy: "\" で ぜんぶ かこんで ください",
                en: "Put the whole field between quotation marks")
        case .timeEmpty:
            LocalizedText(
                "観測した日時を入れてください",
                easy: "はかった 日と じかんを かいて ください",
                en: "Write when it was observed")
        case .timeInvalid:
            LocalizedText(
                "2024-06-23T07:20 の形にしてください(24:00 は翌日の0時)",
                easy: "2024-06-23T07:20 の ように かいて ください",
                en: "Write 2024-06-23T07:20 (24:00 is the next midnight)")
        case .timeInFuture:
            LocalizedText(
                "観測所の時計を確かめてください",
                easy: "とけいを 見なおして ください",
                en: "Check the clock of the gauge")
        case .gaugeEmpty:
            LocalizedText(
                "観測所の番号を入れてください",
                easy: "ばんごうを かいて ください",
                en: "Write the number of the gauge")
        case .gaugeUnknown:
            LocalizedText(
                "番号を確かめるか、city.yaml の gauges に加えてください",
                easy: "ばんごうを 見なおして ください",
                en: "Check the number, or add it to gauges in city.yaml")
        case .levelNotANumber:
            LocalizedText(
                "3.41 のように半角の数で(メートル、小数2けたまで)入れてください",
                easy: "3.41 の ように かいて ください",
                en: "Write metres like 3.41, with two decimals at most")
        case .levelOutOfRange:
            LocalizedText(
                "値と単位(メートル)を確かめてください",
                easy: "かずと 単位を 見なおして ください",
                en: "Check value and unit (metres)")
        case .unitUnknown:
            LocalizedText(
                "単位は m か cm にしてください",
                easy: "m か cm に して ください",
                en: "Write m or cm")
        case .contradictsEarlierLine:
            LocalizedText(
                "正しい行を残し、ほかを消してください",
                easy: "ただしい ぎょうだけ のこして ください",
                en: "Keep the right line and delete the others")
        }
    }
}
