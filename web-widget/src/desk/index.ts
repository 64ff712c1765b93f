import { WarmlineDesk } from './element';

if (!customElements.get('warmline-desk')) customElements.define('warmline-desk', WarmlineDesk);
