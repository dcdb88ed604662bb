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
    package var message: String {
        switch self {
        case .lineEmpty: "行が空です"
        case .headerRepeated: "見出しの行がもう一度あります"
        case .fieldCount: "列の数が見出しと違います"
        case .lineTooLong: "行が長すぎます"
        case .notUTF8: "文字コードがUTF-8ではありません"
        case .quoteUnclosed: "引用符(\")が閉じていません"
        case .quoteMisplaced: "引用符(\")のあとに余分な文字があります"
        case .timeEmpty: "日時がありません"
        case .timeInvalid: "日時として読めません"
        case .timeInFuture: "未来の日時です"
        case .gaugeEmpty: "観測所の番号がありません"
        case .gaugeUnknown: "知らない観測所です"
        case .levelNotANumber: "水位が数ではありません"
        case .levelOutOfRange: "水位がありえない値です"
        case .unitUnknown: "単位がわかりません"
        case .contradictsEarlierLine: "同じ観測所・日時で前の行と違う水位です"
        }
    }

    /// How to mend it.
    package var remedy: String {
        switch self {
        case .lineEmpty: "空の行を消してください"
        case .headerRepeated: "見出しは1行目だけにしてください"
        case .fieldCount: "日時・水位・観測所の列をそろえ、数に「,」を使わないでください"
        case .lineTooLong: "改行が抜けていないか確かめてください"
        case .notUTF8: "UTF-8で保存し直してください"
        case .quoteUnclosed: "引用符を閉じるか、消してください"
        case .quoteMisplaced: "引用符で項目全体を囲んでください"
        case .timeEmpty: "観測した日時を入れてください"
        case .timeInvalid: "2024-06-23T07:20 の形にしてください(24:00 は翌日の0時)"
        case .timeInFuture: "観測所の時計を確かめてください"
        case .gaugeEmpty: "観測所の番号を入れてください"
        case .gaugeUnknown: "番号を確かめるか、city.yaml の gauges に加えてください"
        case .levelNotANumber: "3.41 のように半角の数で(メートル、小数2けたまで)入れてください"
        case .levelOutOfRange: "値と単位(メートル)を確かめてください"
        case .unitUnknown: "単位は m か cm にしてください"
        case .contradictsEarlierLine: "正しい行を残し、ほかを消してください"
        }
    }
}
