import CityKernel
import CityWeb

extension Texts {
    /// Words of the citizens' pages of this field.
    static let ofDisaster: Texts = [
        "portalTitle": LocalizedText(
            "いまの川と避難", easy: "いまの 川と にげる 場所", en: "River and shelters now"),
        "portalDescription": LocalizedText(
            "川の水位、橋のあかり、開いている避難所。",
            easy: "川の 水の 高さ、はしの あかり、あいている ひなんじょ。",
            en: "River level, bridge light and open shelters."),
        // Orders do not reach this page yet, and silence must not read as "no order".
        "portalOrderElsewhere": LocalizedText(
            "避難情報は防災無線で確認", easy: "「にげて」の お知らせは ぼうさいむせんで きく",
            en: "Evacuation orders: listen to the city's broadcast"),
        "portalDoNow": LocalizedText("今すること", easy: "いま すること", en: "Do now"),
        "portalFindShelter": LocalizedText(
            "近くの避難所", easy: "ちかくの ひなんじょ", en: "Shelters near you"),
        "portalTellFamily": LocalizedText(
            "家族に知らせる", easy: "かぞくに おしえる", en: "Tell your family"),
        "portalOtherGauges": LocalizedText(
            "ほかの観測所", easy: "ほかの 場所の 水の 高さ", en: "Other gauges"),
        "portalCamera": LocalizedText("カメラ", easy: "カメラ", en: "Camera"),
        "portalDemo": LocalizedText(
            "デモです。過去の記録を流しています。いまの川ではありません。",
            easy: "れんしゅうです。むかしの 数字です。いまの 川では ありません。",
            en: "Demonstration: a past record is being replayed. This is not the river now."),
        "riverTitle": LocalizedText("川の水位", easy: "川の 水の 高さ", en: "River levels"),
        "riverLevel": LocalizedText("水位", easy: "水の 高さ", en: "Level"),
        "riverStage": LocalizedText("段階", easy: "あぶなさ", en: "Stage"),
        "riverTime": LocalizedText("時刻", easy: "時間", en: "Time"),
        "riverName": LocalizedText("観測所", easy: "場所", en: "Gauge"),
        "riverTrend": LocalizedText("傾き", easy: "うごき", en: "Trend"),
        "riverThresholds": LocalizedText(
            "基準になる水位", easy: "あぶなさの 高さ", en: "Threshold levels"),
        "riverThresholdsFrom": LocalizedText(
            "{date}から。出典: {source}", easy: "{date}から。どこから: {source}",
            en: "From {date}. Source: {source}"),
        "riverThresholdsNone": LocalizedText(
            "基準水位は登録されていません。水位だけを示します。",
            easy: "あぶなさの 高さは まだ わかりません。", en: "No thresholds are registered here."),
        "riverNoStage": LocalizedText("段階なし", easy: "わかりません", en: "No stage"),
        "riverSource": LocalizedText("出典", easy: "どこから", en: "Source"),
        "riverValidFrom": LocalizedText("適用", easy: "いつから", en: "Valid from"),
        "riverHours6": LocalizedText("6時間", easy: "6じかん", en: "6 hours"),
        "riverHours24": LocalizedText("24時間", easy: "24じかん", en: "24 hours"),
        "riverHours72": LocalizedText("3日", easy: "3日", en: "3 days"),
        "riverAll": LocalizedText("すべての観測所", easy: "すべての 場所", en: "All gauges"),
        "riverMore": LocalizedText("水位をくわしく", easy: "もっと くわしく", en: "More about levels"),
        "riverPeriod": LocalizedText("期間", easy: "いつの", en: "Period"),
        "bridgeTitle": LocalizedText("橋のあかり", easy: "はしの あかり", en: "Bridge light"),
        "bridgeMeaning": LocalizedText(
            "あかりの意味", easy: "あかりの いみ", en: "What the light means"),
        "bridgeWhen": LocalizedText("川の段階", easy: "川の あぶなさ", en: "River stage"),
        "bridgeShows": LocalizedText("あかり", easy: "あかり", en: "Light"),
        "bridgeLead": LocalizedText(
            "川の段階に合わせて、橋の照明が色と光り方で知らせます。",
            easy: "川が あぶない とき、はしの あかりの 色が かわります。",
            en: "The bridge tells the river's stage by colour and pattern."),
        "bridgeNone": LocalizedText(
            "あかりで知らせる橋はまだありません", easy: "あかりの はしは まだ ありません",
            en: "No bridge is lit yet"),
        "bridgeBecause": LocalizedText(
            "川の段階: {stage}", easy: "川の あぶなさ: {stage}", en: "River stage: {stage}"),
        "bridgeUnknown": LocalizedText(
            "あかりの状態は、まだ決まっていません。", easy: "あかりは まだ わかりません。",
            en: "The light is not decided yet."),
        "shelterTitle": LocalizedText("避難所", easy: "にげる 場所(ひなんじょ)", en: "Shelters"),
        "shelterOpen": LocalizedText(
            "開いている避難所", easy: "あいている ひなんじょ", en: "Open shelters"),
        "shelterAll": LocalizedText(
            "すべての避難所", easy: "すべての ひなんじょ", en: "All shelters"),
        "mapLarge": LocalizedText("地図を大きく", easy: "ちずを 大きく", en: "Larger map"),
        "shelterPlaces": LocalizedText("か所", easy: "かしょ", en: " open"),
        "shelterNearest": LocalizedText(
            "いちばん近い", easy: "いちばん ちかい", en: "Nearest"),
        "shelterNoneOpen": LocalizedText(
            "開設の知らせは、まだありません", easy: "あいている ひなんじょの お知らせは ありません",
            en: "No shelter has been announced open"),
        "shelterNoneOpenText": LocalizedText(
            "危険を感じたら、開設を待たずに、洪水で使える高い所へ。",
            easy: "あぶないと 思ったら、まってはいけません。高い ところへ 行って ください。",
            en: "If you feel in danger do not wait: go to high ground usable in a flood."),
        "shelterWithOthers": LocalizedText(
            "洪水で使えない所も見る", easy: "川が あふれた ときに つかえない 場所も 見る",
            en: "Also places not usable in a flood"),
        "shelterOpenOnly": LocalizedText(
            "開いている所だけ", easy: "あいている 場所だけ", en: "Open only"),
        "shelterTown": LocalizedText("いまいる町", easy: "いま いる 町", en: "Your town"),
        "shelterTownAny": LocalizedText("えらばない", easy: "えらばない", en: "Any"),
        "shelterShow": LocalizedText("この条件で見る", easy: "見る", en: "Show"),
        "shelterDistance": LocalizedText("距離(直線)", easy: "どのくらい とおいか", en: "Distance (straight)"),
        "shelterState": LocalizedText("開設", easy: "あいて いるか", en: "State"),
        "shelterFlood": LocalizedText("洪水", easy: "川の みず", en: "Flood"),
        "shelterUsableInFlood": LocalizedText(
            "洪水で使える", easy: "川が あふれても つかえます", en: "Usable in a flood"),
        "shelterNotInFlood": LocalizedText(
            "洪水の指定なし", easy: "川が あふれた ときの 場所では ありません",
            en: "Not designated for floods"),
        "shelterAddress": LocalizedText("住所", easy: "ばしょ", en: "Address"),
        "shelterUsableFor": LocalizedText(
            "使える災害", easy: "つかえる さいがい", en: "Usable for"),
        "shelterForStaying": LocalizedText(
            "寝とまり", easy: "とまる こと", en: "Staying overnight"),
        "shelterYes": LocalizedText("できる(指定避難所)", easy: "できます", en: "Yes (designated)"),
        "shelterNo": LocalizedText("できない", easy: "できません", en: "No"),
        "shelterCapacity": LocalizedText("収容人数", easy: "なん人", en: "Capacity"),
        "shelterUnknown": LocalizedText("登録がない", easy: "わかりません", en: "Not registered"),
        "shelterPeople": LocalizedText("受け入れる人", easy: "だれが", en: "Receives"),
        "shelterOnlyFor": LocalizedText(
            "決まった人だけの避難所", easy: "きまった 人だけの ひなんじょ",
            en: "For certain people only"),
        "shelterCrowding": LocalizedText("混みぐあい", easy: "こんで いるか", en: "Crowding"),
        "shelterNothing": LocalizedText(
            "この条件に合う避難所はありません", easy: "この ばしょは ありません",
            en: "No shelter fits these conditions"),
        "shelterNothingText": LocalizedText(
            "条件をへらして、もう一度見てください。", easy: "えらぶ ものを へらして ください。",
            en: "Remove a condition and look again."),
        "shelterNearHint": LocalizedText(
            "近い避難所だけを先に見せます。えらんだ町は保存しません。",
            easy: "ちかい ところだけ 先に 見えます。",
            en: "Shows the nearest shelters first. Your choice is not stored."),
        "shelterHere": LocalizedText(
            "いまいる場所から探す", easy: "いま いる ところから さがす", en: "Find from where I am"),
        "shelterHereWait": LocalizedText(
            "場所を調べています…", easy: "ばしょを しらべて います…", en: "Finding your place…"),
        "shelterHereFailed": LocalizedText(
            "場所がわかりませんでした。町をえらんでください。",
            easy: "ばしょが わかりません。町を えらんで ください。",
            en: "Your place could not be found. Choose a town instead."),
        "shelterNearTitle": LocalizedText(
            "{place}から近い避難所", easy: "{place}から ちかい ひなんじょ",
            en: "Nearest to {place}"),
        "shelterNearOrder": LocalizedText(
            "開いている所が先。距離は直線で、道の長さではありません。",
            easy: "あいている ところが 先です。みちは もっと ながいです。",
            en: "Open ones first. Distances are straight lines, not routes."),
        "shelterFarther": LocalizedText(
            "もっと遠い避難所 {n}か所", easy: "もっと とおい ひなんじょ {n}かしょ",
            en: "{n} farther shelters"),
        "shelterWhereYouAre": LocalizedText("いまいる場所", easy: "いま いる ところ", en: "where you are"),
        "shelterMap": LocalizedText("地図で見る", easy: "ちずで 見る", en: "See on the map"),
        "shelterRoute": LocalizedText(
            "地図アプリで開く", easy: "ちずの アプリで ひらく", en: "Open in a map app"),
        "mapTitle": LocalizedText("地図", easy: "ちず", en: "Map"),
        "mapDescription": LocalizedText(
            "避難所、観測所、橋の場所。下に同じ内容の一覧があります。",
            easy: "にげる 場所、水を はかる 場所、はし。下に おなじ ものの 一らんが あります。",
            en: "Shelters, gauges and bridges; the same places are listed beneath."),
        "mapSmall": LocalizedText(
            "避難所と観測所の場所", easy: "にげる 場所と 水を はかる 場所",
            en: "Where shelters and gauges are"),
        "mapNoPlace": LocalizedText(
            "場所が公表されていない橋は、地図に印がありません。",
            easy: "ばしょが わからない はしは、ちずに ありません。",
            en: "A bridge whose position is not published has no mark on the map."),
    ]
}
