import { WarmlineChat } from './element';

// A page may load the script twice; a name can be defined only once.
if (!customElements.get('warmline-chat')) customElements.define('warmline-chat', WarmlineChat);

declare global {
  interface HTMLElementTagNameMap {
    'warmline-chat': WarmlineChat;
  }
}
