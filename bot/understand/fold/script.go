package fold

// moreTraditional are characters of Cantonese and Taiwan writing that the
// table of traditional characters does not have.
const moreTraditional = "係嘅咗喺嚟唔冇啲嗰俾畀攞搵諗睇揀撳哋妳佢咩乜嘢噉咁喇㗎嘞囉喎冚孭攰嘥瞓"

// both are simplified forms that traditional writing uses as well.
const both = "后里台只干面才几系吃周准杯床群峰唇叹布回向志愿同并升扎于云出沖注致表合制采郁松余仆朴斗谷征御凶卷胡须借症占舍与针伙杰帘栗托据万卜了么丑板辟蔑霉千秋蒙弥念岩洒熏佣欲渊灶皂卤霸烟咸涂蓬豆逾家折梁扣游困"

// fillScripts marks the characters that only one of the scripts has.
func (f *Folder) fillScripts(pair []rune) {
	for i := 0; i+1 < len(pair); i += 2 {
		f.script[pair[i]] = 1
		if f.script[pair[i+1]] == 0 {
			f.script[pair[i+1]] = -1
		}
	}
}

func (f *Folder) settleScripts() {
	for _, r := range both {
		f.script[r] = 0
	}
	for _, r := range moreTraditional {
		f.script[r] = 1
	}
}

// Scripts counts the characters of a raw text that only simplified and only
// traditional writing has.
func (f *Folder) Scripts(raw string) (simplified, traditional int) {
	for _, r := range raw {
		if r >= 0x10000 {
			continue
		}
		switch f.script[r] {
		case 1:
			traditional++
		case -1:
			simplified++
		}
	}
	return simplified, traditional
}
