package import CityKernel

/// Why a device's message is not believed.
package enum DeviceRefusal: Error, Sendable, Hashable {
    case unknownDevice
    case retired
    case topicUnknown
    case payloadTooLarge, payloadTooShort, payloadUnknown, payloadUnreadable
    case tooManyValues
    case noDecoder
    case timeEmpty, timeInvalid, timeInFuture
    /// None of the names told stands in the mapping.
    case nothingMapped([String])
    case valueInvalid(String)
    case noSuchCommand(String)
    case reading(ReadingRefusal)
    case tooManyDevices
    case refusedByBroker(String)

    /// The key in counts.
    package var key: String {
        switch self {
        case .nothingMapped: "nothingMapped"
        case .valueInvalid: "valueInvalid"
        case .noSuchCommand: "noSuchCommand"
        case .reading(let refusal): refusal.rawValue
        case .refusedByBroker: "refusedByBroker"
        default: "\(self)"
        }
    }

    /// What exactly, where the key alone does not say it.
    var detail: String {
        switch self {
        case .nothingMapped(let names): names.prefix(8).joined(separator: ", ")
        case .valueInvalid(let name), .noSuchCommand(let name): name
        case .refusedByBroker(let words): words
        default: ""
        }
    }

    /// What is wrong and what to do, for the people who run the devices. Never a key of a device.
    package var words: LocalizedText { Told(self).words }

    package var problem: Problem {
        switch self {
        case .unknownDevice, .retired:
            Problem(
                .unauthenticated, title: "The device and its key are not known",
                detail: "No device in use has this id and key.",
                remedy: "Check the device's id and key on the city's page of devices.")
        case .payloadTooLarge, .tooManyValues:
            Problem(.tooLarge, title: "The message is too large", detail: words.english)
        default:
            Problem(
                .badRequestData, title: "The message is not believed", detail: words.english,
                remedy: "Correct the device or its settings; nothing was stored.")
        }
    }
}

extension DeviceRefusal {
    /// A refusal as it is kept: said again in the reader's language later.
    package struct Told: Sendable, Hashable {
        package var key: String
        package var detail: String

        init(_ refusal: DeviceRefusal) {
            key = refusal.key
            detail = String(refusal.detail.prefix(200))
        }

        private static let separator: Character = "\u{1F}"

        /// Reads what `text` wrote.
        init(text: String) {
            let parts = text.split(
                separator: Self.separator, maxSplits: 1, omittingEmptySubsequences: false)
            key = parts.first.map(String.init) ?? ""
            detail = parts.count > 1 ? String(parts[1]) : ""
        }

        var text: String { key + String(Self.separator) + detail }

        package var words: LocalizedText {
            if let refusal = ReadingRefusal(rawValue: key), Self.table[key] == nil {
                return LocalizedText {
                    LocalizedText.joined(refusal.message, refusal.remedy, in: $0)
                }
            }
            let words = Self.table[key] ?? LocalizedText(detail.isEmpty ? key : "{detail}")
            return LocalizedText { words[$0].replacing("{detail}", with: detail) }
        }

        private static let table: [String: LocalizedText] = [
            "unknownDevice": LocalizedText(
                "装置と鍵の組が登録されていません。装置の番号と鍵を確かめてください", easy: "しらない きかいです",
                en: "This device and key are not registered; check both"),
            "retired": LocalizedText(
                "使用をやめた装置です。使うなら、装置のページで戻してください", easy: "つかって いない きかいです",
                en: "A retired device; use it again on its page"),
            "topicUnknown": LocalizedText(
                "トピックの形が違います。/鍵/装置/attrs の形にしてください", easy: "トピックが ちがいます",
                en: "The topic must be /key/device/attrs"),
            "payloadTooLarge": LocalizedText(
                "本文が大きすぎます", easy: "大きすぎます", en: "The message is too large"),
            "payloadTooShort": LocalizedText(
                "本文が短すぎて、決めた項目が読めません。デコーダーの位置を確かめてください", easy: "みじかすぎます",
                en: "Too short for the decoder's fields; check their offsets"),
            "payloadUnknown": LocalizedText(
                "知らない種類の値が入っています。デコーダーを確かめてください", easy: "しらない しゅるいです",
                en: "It holds an unknown kind of value; check the decoder"),
            "payloadUnreadable": LocalizedText(
                "本文がこの機種の書き方で読めません", easy: "よめません",
                en: "It cannot be read in the manner of this model"),
            "tooManyValues": LocalizedText(
                "一度に送る値が多すぎます(\(Measures.valuesMax)まで)", easy: "おおすぎます",
                en: "Too many values at once (\(Measures.valuesMax) at most)"),
            "noDecoder": LocalizedText(
                "バイト列の読み方が決まっていません。機種にデコーダーを入れてください", easy: "よみかたが ありません",
                en: "The model has no decoder for its bytes"),
            "timeEmpty": LocalizedText(
                "測った時刻がありません", easy: "時間が ありません", en: "It names no time"),
            "timeInvalid": LocalizedText(
                "時刻として読めません。2026-07-04T03:50:00+09:00 の形にしてください", easy: "時間が よめません",
                en: "The time cannot be read; write 2026-07-04T03:50:00+09:00"),
            "timeInFuture": LocalizedText(
                "未来の時刻です。装置の時計を確かめてください", easy: "時間が 先です。とけいを 見て ください",
                en: "A time of the future; check the device's clock"),
            "nothingMapped": LocalizedText(
                "読み方の決まった値がありません(届いた名前: {detail})", easy: "よみかたが ありません: {detail}",
                en: "No mapping takes what it told ({detail})"),
            "valueInvalid": LocalizedText(
                "「{detail}」の値が、決めた種類ではありません", easy: "「{detail}」が おかしいです",
                en: "The value of {detail} is not of the mapping's kind"),
            "noSuchCommand": LocalizedText(
                "待っている指令「{detail}」がありません", easy: "めいれい「{detail}」が ありません",
                en: "No command {detail} waits for an answer"),
            "tooManyDevices": LocalizedText(
                "装置の数が上限です", easy: "きかいが おおすぎます", en: "The register is full"),
        ]
    }
}
