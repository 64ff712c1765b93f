// Package llmtest is a scripted model server: it speaks the chat protocol on a
// real socket and behaves as it is told, well or badly. Nothing in it is
// random: the same requests in the same order get the same answers.
package llmtest
