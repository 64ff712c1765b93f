// Package prompts holds the words: the reviewed texts of every act in every
// speaking locale, the labels of buttons and cards, and the instructions for a
// model that may phrase. Texts are data, checked whole at start-up: an act
// without its text, or a text without its placeholder, stops the program.
//
// acts.yaml says what may be said; <locale>/texts*.yaml says how (act, form,
// variants); <locale>/labels.yaml names buttons, cards and rows.
package prompts
