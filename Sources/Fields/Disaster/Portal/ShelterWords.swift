import CityKernel
import CityVocabulary

/// A shelter's state in words.
enum ShelterWords {
    static func status(_ shelter: Shelter) -> LocalizedText {
        switch shelter.status {
        case .open: LocalizedText("開設中", easy: "あいています", en: "Open")
        case .full: LocalizedText("満員", easy: "いっぱいです", en: "Full")
        case .closed where shelter.statusSince == nil:
            LocalizedText("知らせなし", easy: "まだ わかりません", en: "No notice")
        case .closed: LocalizedText("閉鎖", easy: "しまっています", en: "Closed")
        }
    }

    /// A tag's class in the common style.
    static func statusStyle(_ shelter: Shelter) -> String {
        switch shelter.status {
        case .open: "good"
        case .full: "bad"
        case .closed: ""
        }
    }

    /// `nil` when nobody has said.
    static func crowding(_ crowding: Shelter.Crowding) -> LocalizedText? {
        switch crowding {
        case .unknown: nil
        case .empty: LocalizedText("空いている", easy: "すいて います", en: "Plenty of room")
        case .some: LocalizedText("余裕あり", easy: "まだ はいれます", en: "Room left")
        case .crowded: LocalizedText("混んでいる", easy: "こんで います", en: "Crowded")
        case .full: LocalizedText("満員", easy: "いっぱいです", en: "Full")
        }
    }

    /// For the bar beside the words.
    static func percent(_ crowding: Shelter.Crowding) -> Int {
        switch crowding {
        case .unknown, .empty: 5
        case .some: 40
        case .crowded: 80
        case .full: 100
        }
    }

    static func hazard(_ hazard: Shelter.Hazard) -> LocalizedText {
        switch hazard {
        case .flood: LocalizedText("洪水", easy: "川の みずが あふれる", en: "Flood")
        case .landslide: LocalizedText("土砂災害", easy: "山が くずれる", en: "Landslide")
        case .stormSurge: LocalizedText("高潮", easy: "うみの みずが 高くなる", en: "Storm surge")
        case .earthquake: LocalizedText("地震", easy: "じしん", en: "Earthquake")
        case .tsunami: LocalizedText("津波", easy: "つなみ", en: "Tsunami")
        case .fire: LocalizedText("大規模な火事", easy: "大きな かじ", en: "Large fire")
        case .inlandFlood:
            LocalizedText("内水氾濫", easy: "町に みずが たまる", en: "Inland flood")
        case .volcano: LocalizedText("火山", easy: "かざん", en: "Volcano")
        }
    }

    /// 「350 m」 up to a kilometre, then 「1.2 km」.
    static func distance(_ metres: Double) -> String {
        if metres < 1_000 { return "\(max(Int((metres / 10).rounded()) * 10, 10)) m" }
        let tenths = Int((metres / 100).rounded())
        return "\(tenths / 10).\(tenths % 10) km"
    }
}
