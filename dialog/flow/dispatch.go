package flow

import "warmline/dialog"

// script is how an intent is answered.
type script struct {
	do      func(*draft)
	account bool // speaks of one account: needs the borrower, the facts, and the choice of an account
	debt    bool // and of what is owed on it
}

// scriptFor returns the script of an intent; an intent that nobody knows is
// asked back about.
func scriptFor(i dialog.Intent) script {
	for _, find := range []func(dialog.Intent) script{stopScript, humanScript, policyScript, replyScript, answerScript} {
		if s := find(i); s.do != nil {
			return s
		}
	}
	return script{do: unclear}
}

func answerScript(i dialog.Intent) script {
	switch i {
	case dialog.IntentSmalltalk:
		return script{do: smalltalk}
	case dialog.IntentWhoAreYou:
		return script{do: whoAreYou}
	case dialog.IntentAskBalance:
		return script{do: balance, account: true}
	case dialog.IntentAskBreakdown:
		return script{do: breakdown, account: true}
	case dialog.IntentAskConsequence:
		return script{do: consequence}
	case dialog.IntentAskHowPay:
		return script{do: howToPay, account: true}
	case dialog.IntentForgot:
		return script{do: forgot, account: true, debt: true}
	case dialog.IntentTechFailure:
		return script{do: techFailure, account: true, debt: true}
	case dialog.IntentLater:
		return script{do: later}
	case dialog.IntentAskAdvice:
		return script{do: advice}
	case dialog.IntentSwitchLanguage:
		return script{do: switchLanguage}
	case dialog.IntentLinkChannel:
		return script{do: linkChannel}
	case dialog.IntentInjection:
		return script{do: injection}
	case dialog.IntentOutOfScope:
		return script{do: outOfScope}
	}
	return script{}
}

func policyScript(i dialog.Intent) script {
	switch i {
	case dialog.IntentGiveIdentity:
		return script{do: giveIdentity}
	case dialog.IntentRefuseIdentity:
		return script{do: refuseIdentity}
	case dialog.IntentPayNow:
		return script{do: payNow, account: true, debt: true}
	case dialog.IntentPayPartial:
		return script{do: payPartial, account: true, debt: true}
	case dialog.IntentPromiseToPay:
		return script{do: promiseToPay, account: true, debt: true}
	case dialog.IntentAskOptions:
		return script{do: askOptions, account: true, debt: true}
	case dialog.IntentChooseOption:
		return script{do: chooseOption, account: true, debt: true}
	case dialog.IntentProposeTerms:
		return script{do: proposeTerms, account: true, debt: true}
	case dialog.IntentAskDeferral:
		return script{do: askDeferral, account: true, debt: true}
	case dialog.IntentAskWaiver:
		return script{do: askWaiver, account: true, debt: true}
	case dialog.IntentHardshipIncome, dialog.IntentHardshipHealth:
		return script{do: hardship}
	case dialog.IntentAlreadyPaid:
		return script{do: alreadyPaid, account: true}
	case dialog.IntentDisputeAmount:
		return script{do: dispute}
	case dialog.IntentRefusePay:
		return script{do: refusePay}
	case dialog.IntentPlanStatus:
		return script{do: planStatus, account: true}
	case dialog.IntentChangePlan:
		return script{do: changePlan, account: true}
	case dialog.IntentExplainBroken:
		return script{do: brokenPromise, account: true, debt: true}
	}
	return script{}
}

// replyScript answers the intents that lean on what was said before.
func replyScript(i dialog.Intent) script {
	switch i {
	case dialog.IntentCancelOrUndo:
		return script{do: cancelOrUndo}
	case dialog.IntentAffirm:
		return script{do: affirm}
	case dialog.IntentDeny:
		return script{do: deny}
	case dialog.IntentContactPref:
		return script{do: preference}
	}
	return script{}
}

func humanScript(i dialog.Intent) script {
	switch i {
	case dialog.IntentOverIndebted:
		return script{do: overIndebted}
	case dialog.IntentCannotPay:
		return script{do: cannotPay}
	case dialog.IntentNotMineFraud:
		return script{do: fraud}
	case dialog.IntentComplain:
		return script{do: complain}
	case dialog.IntentAbuse:
		return script{do: abuse}
	case dialog.IntentVulnerability:
		return script{do: vulnerability}
	case dialog.IntentLegalStatus:
		return script{do: legalStatus}
	case dialog.IntentPrivacyRequest:
		return script{do: privacyRequest}
	case dialog.IntentRequestHuman:
		return script{do: requestHuman}
	}
	return script{}
}

func stopScript(i dialog.Intent) script {
	switch i {
	case dialog.IntentWrongPerson:
		return script{do: wrongPerson}
	case dialog.IntentThirdParty:
		return script{do: thirdParty}
	case dialog.IntentCeaseContact:
		return script{do: ceaseContact}
	case dialog.IntentBereavement:
		return script{do: bereavement}
	case dialog.IntentSelfHarm:
		return script{do: selfHarm}
	}
	return script{}
}

// run answers an intent.
func (d *draft) run(i dialog.Intent) {
	s := scriptFor(i)
	switch {
	case s.account && !d.ready():
	case s.debt && !d.owes():
		d.nothingDue()
	default:
		s.do(d)
	}
}
